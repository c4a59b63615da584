using Amp.Query.Execution;
using Amp.Server.Flight.Browsing;
using Amp.Server.Flight.Ipc;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Grpc.Core;
using Schema = Apache.Arrow.Schema;

namespace Amp.Server.Flight;

/// <summary>
/// Answers SQL and the metadata commands of Flight SQL over Arrow Flight: GetFlightInfo and GetSchema plan, DoGet answers; actions make prepared
/// statements.
/// </summary>
public sealed class FlightQueries(QueryEngine engine, CatalogBrowser browser) : FlightServiceBinding.FlightServiceBase
{
    public override async Task<FlightInfo> GetFlightInfo(FlightDescriptor request, ServerCallContext context)
    {
        var command = FlightCommand.Read(request);
        if (FlightCommand.SqlOf(command) is not { } sql)
            return Info(request, browser.Answer(command).Schema, request.Cmd, ByteString.Empty);

        var asked = ReadHeaders(sql, context);
        await using var query = await PlanAsync(asked.Sql, context);
        var ticket = asked with { SnapshotTime = query.AsOf };
        return Info(
            request, query.Schema, UnsafeByteOperations.UnsafeWrap(ticket.ToBytes()),
            UnsafeByteOperations.UnsafeWrap(SnapshotMetadata.ToJson(query.Ranges, complete: false)));
    }

    public override async Task<SchemaResult> GetSchema(FlightDescriptor request, ServerCallContext context)
    {
        var command = FlightCommand.Read(request);
        if (FlightCommand.SqlOf(command) is not { } sql)
            return Of(browser.Answer(command).Schema);

        await using var query = await PlanAsync(ReadHeaders(sql, context).Sql, context);
        return Of(query.Schema);

        static SchemaResult Of(Schema schema) => new() { Schema = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(schema).Encapsulated) };
    }

    public override async Task DoGet(Ticket request, IServerStreamWriter<FlightFrame> responses, ServerCallContext context)
    {
        using var stream = new BatchStream(responses, BatchStream.DefaultMessageLimit, CompressionRequest.Read(context.RequestHeaders));
        if (FlightCommand.Unpack(request.Ticket_) is not { } command)
            await AnswerAsync(QueryTicket.Parse(request.Ticket_.Span), stream, context);
        else if (FlightCommand.SqlOf(command) is { } sql)
            await AnswerAsync(new QueryTicket(sql, Streaming: false, Cursor: null, SnapshotTime: null), stream, context);
        else
            await BrowseAsync(browser.Answer(command), stream, context.CancellationToken);
    }

    public override async Task DoAction(Protocol.Action request, IServerStreamWriter<Result> responses, ServerCallContext context)
    {
        switch (request.Type)
        {
            case PreparedStatements.Create:
                var asked = PreparedStatements.Read<ActionCreatePreparedStatementRequest>(request);
                FlightCommand.RefuseTransaction(asked.TransactionId);
                var sql = ReadHeaders(asked.Query, context).Sql;
                await using (var query = await PlanAsync(sql, context))
                    await responses.WriteAsync(PreparedStatements.Made(sql, query.Schema), context.CancellationToken);
                break;
            case PreparedStatements.Close:
                _ = PreparedStatements.SqlOf(PreparedStatements.Read<ActionClosePreparedStatementRequest>(request).PreparedStatementHandle);
                break;
            default:
                await base.DoAction(request, responses, context);
                break;
        }
    }

    public override async Task ListActions(Empty request, IServerStreamWriter<ActionType> responses, ServerCallContext context)
    {
        foreach (var action in FlightActions.All)
            await responses.WriteAsync(action, context.CancellationToken);
    }

    private async Task AnswerAsync(QueryTicket ticket, BatchStream stream, ServerCallContext context)
    {
        var asked = StreamRequest.Read(context.RequestHeaders);
        RefuseStreaming(asked.Streaming ?? ticket.Streaming);
        var sql = asked.Apply(ticket.Sql);
        Schema? sent = null;
        await GoneSegments.AnswerAsync(
            ticket.SnapshotTime,
            async notBefore =>
            {
                await using var query = await PlanAsync(sql, notBefore, context.CancellationToken);
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

    private static Task BrowseAsync(BrowseAnswer answer, BatchStream stream, CancellationToken ct) =>
        stream.WriteAsync(answer.Schema, answer.Read(ct), SnapshotMetadata.ToJson([], complete: false), SnapshotMetadata.ToJson([], complete: true), ct);

    private Task<PlannedQuery> PlanAsync(string sql, ServerCallContext context) =>
        GoneSegments.AnswerAsync(notBefore: null, notBefore => PlanAsync(sql, notBefore, context.CancellationToken), () => true);

    /// <summary>Plans a query whose answer can be sent.</summary>
    private async Task<PlannedQuery> PlanAsync(string sql, DateTimeOffset? notBefore, CancellationToken ct)
    {
        var query = await engine.PlanAsync(sql, notBefore, ct);
        try
        {
            WireTypes.Check(query.Schema);
            return query;
        }
        catch
        {
            await query.DisposeAsync();
            throw;
        }
    }

    private static FlightInfo Info(FlightDescriptor request, Schema schema, ByteString ticket, ByteString appMetadata)
    {
        var info = new FlightInfo
        {
            Schema = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(schema).Encapsulated),
            FlightDescriptor = request,
            Endpoint = { new FlightEndpoint { Ticket = new Ticket { Ticket_ = ticket } } },
            TotalRecords = -1,
            TotalBytes = -1,
            Ordered = true,
            AppMetadata = appMetadata,
        };

        // The request twice may be more than clients take in one message. A client has its descriptor; one without its bytes stays, since
        // clients read it whether they need it or not.
        if (info.CalculateSize() >= BatchStream.DefaultMessageLimit)
            info.FlightDescriptor = new FlightDescriptor { Type = request.Type };
        return info.CalculateSize() < BatchStream.DefaultMessageLimit
            ? info
            : throw new AmpException(ErrorCode.ResourcesExhausted, $"The descriptor is {request.Cmd.Length} bytes long: its ticket is larger than a message of {BatchStream.DefaultMessageLimit} bytes. Shorten it.");
    }

    private static QueryTicket ReadHeaders(string sql, ServerCallContext context)
    {
        _ = CompressionRequest.Read(context.RequestHeaders);
        var asked = StreamRequest.Read(context.RequestHeaders);
        RefuseStreaming(asked.Streaming ?? false);
        return new QueryTicket(asked.Apply(sql), Streaming: false, asked.Cursor, SnapshotTime: null);
    }

    private static void RefuseStreaming(bool streaming)
    {
        if (streaming)
            throw new AmpException(ErrorCode.StreamingNotSupported, $"Streaming queries are not supported yet; send the query without the header {StreamRequest.StreamHeader}.");
    }
}
