using System.Net;
using System.Net.Sockets;

namespace Amp.LocalPostgres.Processes;

/// <summary>Ports for processes that cannot be asked afterwards which one they took.</summary>
public static class LoopbackPorts
{
    private static readonly HashSet<int> _given = [];
    private static readonly Lock _lock = new();

    /// <summary>A port of 127.0.0.1 that is free now and that this process has not been given before.</summary>
    public static int Free()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (_lock)
            {
                if (_given.Add(port))
                    return port;
            }
        }
    }
}
