using System.Net;
using System.Net.Sockets;
using Amp.AppHost.Local;
using Amp.Shared.Faults;
using Aspire.Hosting;

namespace Amp.UnitTests.AppHost;

public sealed class PortOwnersTests
{
    private static readonly string[] _table =
    [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:0642 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0000000000000000 100 0 0 10 0",
        "   1: 0100007F:0642 0100007F:D0A2 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0000000000000000 20 4 30 10 -1",
        "   2: 00000000:0643 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0000000000000000 100 0 0 10 0",
    ];

    [Theory]
    [InlineData(1602, "111")]
    [InlineData(1603, "333")]
    [InlineData(1604, null)]
    public void Listening_sockets_are_found_by_their_port(int port, string? inode) =>
        Assert.Equal(inode is null ? [] : [inode], PortOwners.ListeningInodes(_table, port));

    [Fact]
    public void A_taken_port_is_named_with_the_process_that_holds_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var builder = DistributedApplication.CreateBuilder([]);
        var service = builder.AddProject("service", "../Amp.Worker/Amp.Worker.csproj").WithHttpEndpoint(port: port);

        var refused = Assert.Throws<AmpException>(() => PortPlan.Allocate([service.Resource]));

        Assert.Contains($"port {port} for service (http) is held by process {Environment.ProcessId} (", refused.Message);
    }

    [Fact]
    public void Two_that_want_one_port_are_named()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var first = builder.AddProject("first", "../Amp.Worker/Amp.Worker.csproj").WithHttpEndpoint(port: 4711);
        var second = builder.AddProject("second", "../Amp.Worker/Amp.Worker.csproj").WithHttpEndpoint(port: 4711);

        var refused = Assert.Throws<DistributedApplicationException>(() => PortPlan.Allocate([first.Resource, second.Resource]));
        Assert.Equal("port 4711 is wanted by first and second", refused.Message);
    }
}
