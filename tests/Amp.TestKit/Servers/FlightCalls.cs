using Amp.TestKit.Arrow;
using Apache.Arrow;
using Apache.Arrow.Flight;
using Apache.Arrow.Flight.Client;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Amp.TestKit.Servers;

/// <summary>Apache.Arrow's own Flight client with its default limits, as a user has it.</summary>
public sealed class FlightCalls(Uri server) : IDisposable
{
    public const string DoGetPath = "/arrow.flight.protocol.FlightService/DoGet";

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server);

    public GrpcChannel Channel => _channel;

    public FlightClient Client => new(_channel);

    /// <summary>GetFlightInfo and DoGet: the whole answer.</summary>
    public async Task<FlightAnswer> QueryAsync(string sql, Metadata? headers = null)
    {
        var info = await Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(sql), headers);
        return await GetAsync(Xunit.Assert.Single(info.Endpoints).Ticket, headers);
    }

    /// <summary>GetFlightInfo and DoGet of a Flight SQL command.</summary>
    public async Task<FlightAnswer> AskAsync(IMessage command)
    {
        var info = await Client.GetInfo(Descriptor(command));
        return await GetAsync(Xunit.Assert.Single(info.Endpoints).Ticket);
    }

    /// <summary>A Flight SQL command as clients send it.</summary>
    public static FlightDescriptor Descriptor(IMessage command) => FlightDescriptor.CreateCommandDescriptor(Any.Pack(command).ToByteArray());

    /// <summary>The results of an action whose request is a Flight SQL message.</summary>
    public async Task<IReadOnlyList<Any>> ActAsync(string action, IMessage request, Metadata? headers = null)
    {
        using var call = Client.DoAction(new FlightAction(action, Any.Pack(request).ToByteString()), headers);
        var results = new List<Any>();
        while (await call.ResponseStream.MoveNext(default))
            results.Add(Any.Parser.ParseFrom(call.ResponseStream.Current.Body));
        return results;
    }

    public async Task<FlightAnswer> GetAsync(FlightTicket ticket, Metadata? headers = null, CancellationToken cancellation = default)
    {
        using var call = Client.GetStream(ticket, headers, deadline: null, cancellation);
        var reader = call.ResponseStream;
        var rows = new List<string>();
        var batchRows = new List<int>();
        var metadata = new List<string>();
        while (await reader.MoveNext(cancellation))
        {
            using var batch = reader.Current;
            batchRows.Add(batch.Length);
            rows.AddRange(ArrowText.Rows(batch));
            metadata.AddRange(reader.ApplicationMetadata.Select(m => m.ToStringUtf8()));
        }

        return new FlightAnswer(await reader.Schema, rows, batchRows, metadata);
    }

    public void Dispose() => _channel.Dispose();
}
