using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amp.LocalPostgres.Processes;
using Amp.Shared.Faults;

namespace Amp.AppHost.Local;

/// <summary>Gives every endpoint its port before anything starts, and finds those that others hold already.</summary>
internal static class PortPlan
{
    public static void Allocate(IReadOnlyList<Resource> resources)
    {
        var endpoints = resources.SelectMany(r => r.Endpoints.Select(e => (Resource: r, Endpoint: e))).ToList();
        foreach (var same in endpoints.Where(e => e.Endpoint.Port > 0).GroupBy(e => e.Endpoint.Port).Where(g => g.Count() > 1))
            throw new DistributedApplicationException($"port {same.Key} is wanted by {string.Join(" and ", same.Select(e => e.Resource.Name))}");

        var taken = endpoints
            .Where(e => e.Endpoint.Port is > 0 and var port && !IsFree(port))
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"port {e.Endpoint.Port} for {e.Resource.Name} ({e.Endpoint.Name}) is held by {PortOwners.Describe(e.Endpoint.Port!.Value)}"))
            .ToList();
        if (taken.Count > 0)
            throw new AmpException(ErrorCode.InvalidConfig, $"{string.Join("; ", taken)}. End what holds them, or choose others by --ports-from N");

        foreach (var (_, endpoint) in endpoints)
            endpoint.AllocatedPort = endpoint.Port is > 0 and var port ? port : LoopbackPorts.Free();
    }

    // The services listen on 127.0.0.1 alone, but "localhost" may mean ::1 first: whoever listens there would answer in their place.
    private static bool IsFree(int port) =>
        Refusal(IPAddress.Loopback, port) is null && Refusal(IPAddress.IPv6Loopback, port) is not SocketError.AddressAlreadyInUse;

    private static SocketError? Refusal(IPAddress address, int port)
    {
        try
        {
            // Connections of an earlier run may linger; only a listener is in the way.
            using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(1);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
