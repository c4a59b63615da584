using Amp.Query.Execution;
using Amp.Server.Flight.Ipc;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>Answers SQL over Arrow Flight: GetFlightInfo and GetSchema plan a query, DoGet runs it.</summary>
public sealed class FlightQueries(QueryEngine engine) : FlightServiceBinding.FlightServiceBase
{
    public override async Task<FlightInfo> GetFlightInfo(FlightDescriptor request, ServerCallContext context)
    {
        var asked = ReadTicket(request, context);
        await using var query = await PlanAsync(asked.Sql, context);
        WireTypes.Check(query.Schema);
        var ticket = asked with { SnapshotTime = query.AsOf };
        var info = new FlightInfo
        {
            Schema = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(query.Schema).Encapsulated),
            Endpoint = { new FlightEndpoint { Ticket = new Ticket { Ticket_ = UnsafeByteOperations.UnsafeWrap(ticket.ToBytes()) } } },
            TotalRecords = -1,
            TotalBytes = -1,
            Ordered = true,
            AppMetadata = UnsafeByteOperations.UnsafeWrap(SnapshotMetadata.ToJson(query.Ranges, complete: false)),
        };
        // The SQL twice may be more than clients take in one message. A client has its descriptor; one without its text stays, since
        // clients read it whether they need it or not.
        info.FlightDescriptor = info.CalculateSize() + request.CalculateSize() < BatchStream.DefaultMessageLimit ? request : new FlightDescriptor { Type = request.Type };
        return info.CalculateSize() < BatchStream.DefaultMessageLimit
            ? info
            : throw new AmpException(ErrorCode.ResourcesExhausted, $"The SQL is {asked.Sql.Length} characters long: its ticket is larger than a message of {BatchStream.DefaultMessageLimit} bytes. Shorten it.");
    }

    public override async Task<SchemaResult> GetSchema(FlightDescriptor request, ServerCallContext context)
    {
        var ticket = ReadTicket(request, context);
        await using var query = await PlanAsync(ticket.Sql, context);
        WireTypes.Check(query.Schema);
        return new SchemaResult { Schema = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(query.Schema).Encapsulated) };
    }

    public override async Task DoGet(Ticket request, IServerStreamWriter<FlightFrame> responses, ServerCallContext context)
    {
        var ticket = QueryTicket.Parse(request.Ticket_.Span);
        RefuseStreaming(StreamRequest.Read(context.RequestHeaders).Streaming ?? ticket.Streaming);

        var stream = new BatchStream(responses, BatchStream.DefaultMessageLimit);
        Apache.Arrow.Schema? sent = null;
        await GoneSegments.AnswerAsync(
            ticket.SnapshotTime,
            async notBefore =>
            {
                await using var query = await engine.PlanAsync(ticket.Sql, notBefore, context.CancellationToken);
                WireTypes.Check(query.Schema);
                if (sent is not null && !new SchemaMessage(sent).Encapsulated.AsSpan().SequenceEqual(new SchemaMessage(query.Schema).Encapsulated))
                    throw new AmpException(ErrorCode.ExecutionError, "The columns of the answer changed while the query was planned anew: send the query again.");
                sent = query.Schema;
                await stream.WriteAsync(
                    query.Schema,
                    query.ExecuteAsync(context.CancellationToken),
                    SnapshotMetadata.ToJson(query.Ranges, complete: false),
                    SnapshotMetadata.ToJson(query.Ranges, complete: true),
                    context.CancellationToken);
                return true;
            },
            () => stream.RowCount == 0);
    }

    private Task<PlannedQuery> PlanAsync(string sql, ServerCallContext context) =>
        GoneSegments.AnswerAsync(notBefore: null, notBefore => engine.PlanAsync(sql, notBefore, context.CancellationToken), () => true);

    private static QueryTicket ReadTicket(FlightDescriptor descriptor, ServerCallContext context)
    {
        var sql = SqlDescriptor.Read(descriptor);
        var asked = StreamRequest.Read(context.RequestHeaders);
        RefuseStreaming(asked.Streaming ?? false);
        return new QueryTicket(sql, Streaming: false, asked.Cursor, SnapshotTime: null);
    }

    private static void RefuseStreaming(bool streaming)
    {
        if (streaming)
            throw new AmpException(ErrorCode.StreamingNotSupported, $"Streaming queries are not supported yet; send the query without the header {StreamRequest.StreamHeader}.");
    }
}
