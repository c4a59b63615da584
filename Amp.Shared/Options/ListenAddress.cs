using System.Net;
using System.Net.Sockets;

namespace Amp.Shared.Options;

/// <summary>Where a service listens: an IP address (or <c>localhost</c>) and a port; port 0 takes any free one.</summary>
public sealed record ListenAddress(IPAddress Address, int Port)
{
    public static ListenAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
            throw new FormatException("it has no port");
        var host = text[..colon];
        if (!ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, provider: null, out var port))
            throw new FormatException($"'{text[(colon + 1)..]}' is not a port");
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            return new ListenAddress(IPAddress.Loopback, port);
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        // An IPv6 address without brackets is ambiguous: its last group would be taken for the port.
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address)
            || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6)
            || (!bracketed && host.Count(c => c == '.') != 3))
        {
            throw new FormatException($"'{host}' is not an IP address");
        }

        return new ListenAddress(address, port);
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
