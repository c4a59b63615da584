using Amp.Server.Flight.Ipc;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Amp.Server.Flight;

/// <summary>
/// Prepared statements without state: a handle is a <see cref="QueryTicket"/>, which holds the query, so that any server behind a load
/// balancer runs it, as often as a client likes, each time on the snapshot of that moment.
/// </summary>
public static class PreparedStatements
{
    public const string Create = "CreatePreparedStatement";
    public const string Close = "ClosePreparedStatement";

    private static readonly ByteString _noParameters = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(new Apache.Arrow.Schema([], null)).Encapsulated);

    /// <summary>What the action's caller gets for a query that was planned.</summary>
    public static Result Made(string sql, Apache.Arrow.Schema schema)
    {
        var made = new ActionCreatePreparedStatementResult
        {
            PreparedStatementHandle = UnsafeByteOperations.UnsafeWrap(new QueryTicket(sql, Streaming: false, Cursor: null, SnapshotTime: null).ToBytes()),
            DatasetSchema = UnsafeByteOperations.UnsafeWrap(new SchemaMessage(schema).Encapsulated),
            ParameterSchema = _noParameters,
        };
        var result = new Result { Body = Any.Pack(made).ToByteString() };
        return result.CalculateSize() < BatchStream.DefaultMessageLimit
            ? result
            : throw new AmpException(ErrorCode.ResourcesExhausted, $"The SQL is {sql.Length} characters long: its handle is larger than a message of {BatchStream.DefaultMessageLimit} bytes. Shorten it.");
    }

    /// <exception cref="AmpException">INVALID_TICKET: no handle of a server's, or a damaged one.</exception>
    public static string SqlOf(ByteString handle)
    {
        try
        {
            return QueryTicket.Parse(handle.Span).Sql;
        }
        catch (AmpException e)
        {
            throw new AmpException(ErrorCode.InvalidTicket, $"The handle is not one of a prepared statement; make one with {Create}", e);
        }
    }

    /// <summary>The request that an action's body holds.</summary>
    public static T Read<T>(Protocol.Action action)
        where T : class, IMessage =>
        FlightCommand.Unpack(action.Body) as T
        ?? throw new AmpException(ErrorCode.InvalidRequest, $"The body of the action {action.Type} is not an Any of {typeof(T).Name}.");
}
