using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Amp.Server.Flight.Protocol;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight.Client;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Amp.Benchmarks.Flight;

/// <summary>The client of <see cref="FlightThroughput"/>, in a process of its own: URL, SQL, rounds, and <c>raw</c> or <c>stock</c>. Prints the seconds of each round.</summary>
[BenchmarkCommand("flight-drain", "(the client process of flight)")]
internal static class FlightDrain
{
    public static async Task RunAsync(string[] args)
    {
        var server = new Uri(args[0]);
        var rounds = int.Parse(args[2], CultureInfo.InvariantCulture);
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var work = Process.GetCurrentProcess().TotalProcessorTime;
            var size = args[3] == "raw" ? await DrainBytesAsync(server, args[1]) : await ReadBatchesAsync(server, args[1]);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var cpu = (Process.GetCurrentProcess().TotalProcessorTime - work).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} {cpu:F3} {size}"));
        }
    }

    /// <summary>Every byte of every message received, none looked at; gives their number.</summary>
    private static async Task<long> DrainBytesAsync(Uri server, string sql)
    {
        using var http = new HttpClient(new SocketsHttpHandler { InitialHttp2StreamWindowSize = 4 * 1024 * 1024 });
        var ticket = new Ticket { Ticket_ = ByteString.CopyFromUtf8(sql) }.ToByteArray();
        var body = new byte[5 + ticket.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), ticket.Length);
        ticket.CopyTo(body, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, FlightCalls.DoGetPath))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        long total = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var read)
            total += read;
        var status = response.TrailingHeaders.GetValues("grpc-status").Single();
        return status == "0" ? total : throw new InvalidOperationException($"grpc-status {status}");
    }

    /// <summary>Every message read into a record batch by Apache.Arrow's client; gives the rows.</summary>
    private static async Task<long> ReadBatchesAsync(Uri server, string sql)
    {
        using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 4 * 1024 * 1024 } });
        using var call = new FlightClient(channel).GetStream(new Apache.Arrow.Flight.FlightTicket(sql));
        long rows = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            rows += call.ResponseStream.Current.Length;
        return rows;
    }
}
