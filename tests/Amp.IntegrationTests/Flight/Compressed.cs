using Amp.Server.Flight.Protocol;
using Amp.TestKit.Arrow;
using Amp.TestKit.Servers;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Google.Protobuf;
using Grpc.Core;

namespace Amp.IntegrationTests.Flight;

/// <summary>
/// Answers with compressed buffers, read by Apache.Arrow's stream reader with its codecs: the .NET Flight client (23.0.0) can be given none.
/// </summary>
public sealed class Compressed(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly Method<Ticket, FlightData> _doGet = new(
        MethodType.ServerStreaming, "arrow.flight.protocol.FlightService", "DoGet",
        Marshallers.Create(MessageExtensions.ToByteArray, Ticket.Parser.ParseFrom),
        Marshallers.Create(MessageExtensions.ToByteArray, FlightData.Parser.ParseFrom));

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_compressed_answer_is_the_uncompressed_one_in_fewer_bytes(string codec)
    {
        using var flight = new FlightCalls(servers.One.Flight);
        var headers = new Metadata { { "amp-ipc-compression", codec } };
        foreach (var sql in new[] { "select * from eth_rpc.blocks", "select * from eth_rpc.transactions order by tx_index", "select * from eth_rpc.logs order by log_index", "select 1 as n where false" })
        {
            var plain = await flight.QueryAsync(sql);
            var compressed = await ReadAsync(flight, sql, headers);
            Assert.Equal(plain.Rows, compressed.Rows);
            Assert.Equal(plain.Metadata[^1], compressed.Messages[^1].AppMetadata.ToStringUtf8());
        }

        const string Wide = "select repeat('abc', 1000) as wide from eth_rpc.logs";
        var before = (await ReadAsync(flight, Wide, [])).Messages.Sum(m => m.DataBody.Length);
        var after = (await ReadAsync(flight, Wide, headers)).Messages.Sum(m => m.DataBody.Length);
        Assert.True(after < before / 10, $"{after} bytes compressed, {before} bytes not");
    }

    [Fact]
    public async Task An_unknown_codec_is_refused_when_a_query_is_planned_and_when_it_is_run()
    {
        using var flight = new FlightCalls(servers.One.Flight);
        var headers = new Metadata { { "amp-ipc-compression", "snappy" } };
        var planned = await Assert.ThrowsAsync<RpcException>(() => flight.QueryAsync("select 1 as n", headers));
        var run = await Assert.ThrowsAsync<RpcException>(() => flight.GetAsync(new Apache.Arrow.Flight.FlightTicket("select 1 as n"), headers));

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.InvalidArgument), (planned.StatusCode, run.StatusCode));
        Assert.StartsWith("INVALID_REQUEST: The header amp-ipc-compression is 'snappy'", planned.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(planned.Status.Detail, run.Status.Detail);
    }

    private static async Task<(List<FlightData> Messages, List<string> Rows)> ReadAsync(FlightCalls flight, string sql, Metadata headers)
    {
        using var call = flight.Channel.CreateCallInvoker().AsyncServerStreamingCall(
            _doGet, host: null, new CallOptions(headers), new Ticket { Ticket_ = ByteString.CopyFromUtf8(sql) });
        var messages = new List<FlightData>();
        using var stream = new MemoryStream();
        while (await call.ResponseStream.MoveNext(default))
        {
            var message = call.ResponseStream.Current;
            messages.Add(message);

            // What Flight leaves out of a message of an IPC stream: the continuation mark and the length of the header.
            stream.Write([0xFF, 0xFF, 0xFF, 0xFF]);
            stream.Write(BitConverter.GetBytes(message.DataHeader.Length));
            message.DataHeader.WriteTo(stream);
            message.DataBody.WriteTo(stream);
        }

        stream.Position = 0;
        using var reader = new ArrowStreamReader(stream, new CompressionCodecFactory());
        var rows = new List<string>();
        while (await reader.ReadNextRecordBatchAsync() is { } batch)
        {
            using (batch)
                rows.AddRange(ArrowText.Rows(batch));
        }

        return (messages, rows);
    }
}
