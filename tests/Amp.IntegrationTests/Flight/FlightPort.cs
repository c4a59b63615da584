using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Amp.Server.Flight.Protocol;
using Amp.TestKit;
using Amp.TestKit.Lakes;
using Amp.TestKit.Servers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using ServerReflectionClient = Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient;

namespace Amp.IntegrationTests.Flight;

public sealed class FlightPort
{
    private const string Service = "arrow.flight.protocol.FlightService";

    [Fact]
    public async Task Health_and_reflection_are_served()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var channel = GrpcChannel.ForAddress(server.Flight);

        // The answer is that of the last look at the database, which a busy machine may have missed.
        await Eventually.SatisfiesAsync(
            async () => (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status,
            status => status == HealthCheckResponse.Types.ServingStatus.Serving,
            "the server says that it serves");

        var services = await ReflectAsync(channel, new ServerReflectionRequest { ListServices = "" });
        Assert.Contains(Service, services.ListServicesResponse.Service.Select(s => s.Name));
        var file = await ReflectAsync(channel, new ServerReflectionRequest { FileContainingSymbol = Service });
        var methods = file.FileDescriptorResponse.FileDescriptorProto
            .Select(Google.Protobuf.Reflection.FileDescriptorProto.Parser.ParseFrom)
            .SelectMany(f => f.Service).Single(s => s.Name == "FlightService").Method.Select(m => m.Name);
        Assert.Equal(
            ["Handshake", "ListFlights", "GetFlightInfo", "PollFlightInfo", "GetSchema", "DoGet", "DoPut", "DoExchange", "DoAction", "ListActions"], methods);
    }

    [Fact]
    public async Task A_gRPC_Web_client_over_HTTP_1_1_is_answered_on_the_same_port()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var http = new HttpClient { BaseAddress = server.Flight };
        var ticket = new Ticket { Ticket_ = ByteString.CopyFromUtf8("select count(*) as n from eth_rpc.logs") }.ToByteArray();
        var body = new byte[5 + ticket.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), ticket.Length);
        ticket.CopyTo(body, 5);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web");

        using var response = await http.PostAsync(new Uri($"/{Service}/DoGet", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), (response.StatusCode, response.Version));
        var frames = Frames(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, frames.Count);
        Assert.Contains("grpc-status: 0", Encoding.ASCII.GetString(frames[^1].Bytes), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(719, BitConverter.ToInt64(FlightData.Parser.ParseFrom(frames[1].Bytes).DataBody.Span));
    }

    [Fact]
    public async Task Each_wire_keeps_to_its_port_and_both_speak_both_versions_of_HTTP()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var http = new HttpClient();
        foreach (var address in new[] { server.Flight, server.JsonLines })
        {
            foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/healthz")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
            }
        }

        using var sql = new StringContent("select 1 as n");
        using var onFlight = await http.PostAsync(server.Flight, sql, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, onFlight.StatusCode);
        using var onJsonLines = await http.PostAsync(server.JsonLines, sql, TestContext.Current.CancellationToken);
        Assert.Equal("{\"n\":1}\n", await onJsonLines.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var wrongPort = new FlightCalls(server.JsonLines);
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await wrongPort.QueryAsync("select 1 as n"));
        Assert.Equal(StatusCode.Unimplemented, fault.StatusCode);
    }

    private static async Task<ServerReflectionResponse> ReflectAsync(GrpcChannel channel, ServerReflectionRequest request)
    {
        using var call = new ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current;
    }

    private static List<(byte Flags, byte[] Bytes)> Frames(ReadOnlySpan<byte> body)
    {
        var frames = new List<(byte, byte[])>();
        while (!body.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..]);
            frames.Add((body[0], body.Slice(5, length).ToArray()));
            body = body[(5 + length)..];
        }

        return frames;
    }
}
