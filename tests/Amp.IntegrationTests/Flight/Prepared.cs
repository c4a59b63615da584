using Amp.Server.Flight.Protocol;
using Amp.TestKit.Servers;
using Apache.Arrow;
using Apache.Arrow.Flight;
using Apache.Arrow.Ipc;
using Google.Protobuf;
using Grpc.Core;

namespace Amp.IntegrationTests.Flight;

/// <summary>Prepared statements of Flight SQL, whose handles hold the query.</summary>
public sealed class Prepared(TwoServers servers) : IClassFixture<TwoServers>, IDisposable
{
    private const string Sql = "select count(*) as n, min(tx_hash) as h from eth_rpc.logs";

    private readonly FlightCalls _maker = new(servers.One.Flight);
    private readonly FlightCalls _runner = new(servers.Other.Flight);

    public void Dispose()
    {
        _maker.Dispose();
        _runner.Dispose();
    }

    [Fact]
    public async Task A_statement_that_one_server_prepared_is_run_by_another_as_often_as_asked()
    {
        var made = await MakeAsync(Sql);
        var command = new CommandPreparedStatementQuery { PreparedStatementHandle = made.PreparedStatementHandle };
        var expected = await _runner.QueryAsync(Sql);

        Assert.Equal(Schema(made.DatasetSchema), Text(expected.Schema));
        Assert.Equal("", Schema(made.ParameterSchema));
        Assert.Equal(Text(expected.Schema), Text(await _runner.Client.GetSchema(FlightCalls.Descriptor(command))));
        for (var i = 0; i < 2; i++)
            Assert.Equal(expected.Rows, (await _runner.AskAsync(command)).Rows);

        Assert.Empty(await _runner.ActAsync("ClosePreparedStatement", new ActionClosePreparedStatementRequest { PreparedStatementHandle = made.PreparedStatementHandle }));
    }

    [Fact]
    public async Task The_actions_are_listed()
    {
        using var call = _maker.Client.ListActions();
        var actions = new List<string>();
        while (await call.ResponseStream.MoveNext(default))
            actions.Add(call.ResponseStream.Current.Type);

        Assert.Equal(["CreatePreparedStatement", "ClosePreparedStatement"], actions);
    }

    [Theory]
    [InlineData("select * from eth_rpc.logs where log_index = ?", StatusCode.InvalidArgument, "INVALID_PLAN: Parameters ($1, ?) have no values here")]
    [InlineData("select $1 as n", StatusCode.InvalidArgument, "INVALID_PLAN: Parameters ($1, ?) have no values here")]
    [InlineData("delete from eth_rpc.logs", StatusCode.InvalidArgument, "INVALID_PLAN: ")]
    [InlineData("selec", StatusCode.InvalidArgument, "SQL_PARSE_ERROR: ")]
    [InlineData("", StatusCode.InvalidArgument, "INVALID_SQL_STRING: ")]
    [InlineData("select * from eth_rpc.nosuch", StatusCode.NotFound, "TABLE_NOT_FOUND_ERROR: ")]
    public async Task Statements_with_parameters_or_mistakes_are_refused_when_they_are_prepared(string sql, StatusCode status, string message)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => MakeAsync(sql));

        Assert.Equal(status, fault.StatusCode);
        Assert.StartsWith(message, fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_handles_foreign_bodies_and_transactions_are_refused()
    {
        var handle = (await MakeAsync(Sql)).PreparedStatementHandle.ToByteArray();
        handle[^20] ^= 1;
        foreach (var wrong in new[] { handle, [], [0xFF, 1, 2] })
        {
            var bytes = ByteString.CopyFrom(wrong);
            var run = await Assert.ThrowsAsync<RpcException>(() => _runner.AskAsync(new CommandPreparedStatementQuery { PreparedStatementHandle = bytes }));
            Assert.Equal(StatusCode.InvalidArgument, run.StatusCode);
            Assert.StartsWith("INVALID_TICKET: The handle is not one of a prepared statement", run.Status.Detail, StringComparison.Ordinal);
            var close = await Assert.ThrowsAsync<RpcException>(() => _runner.ActAsync("ClosePreparedStatement", new ActionClosePreparedStatementRequest { PreparedStatementHandle = bytes }));
            Assert.Equal(StatusCode.InvalidArgument, close.StatusCode);
        }

        var body = await Assert.ThrowsAsync<RpcException>(() => _maker.ActAsync("CreatePreparedStatement", new CommandGetCatalogs()));
        Assert.Contains("ActionCreatePreparedStatementRequest", body.Status.Detail, StringComparison.Ordinal);
        var transaction = new ActionCreatePreparedStatementRequest { Query = Sql, TransactionId = ByteString.CopyFromUtf8("t") };
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => _maker.ActAsync("CreatePreparedStatement", transaction))).StatusCode);
    }

    [Theory]
    [InlineData("amp-stream", "true", StatusCode.Unimplemented, "STREAMING_NOT_SUPPORTED: ")]
    [InlineData("amp-stream", "perhaps", StatusCode.InvalidArgument, "INVALID_REQUEST: ")]
    [InlineData("amp-resume", "{", StatusCode.InvalidArgument, "INVALID_CURSOR: ")]
    public async Task Headers_about_streaming_are_heeded_when_a_statement_is_made(string header, string value, StatusCode status, string message)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => _maker.ActAsync("CreatePreparedStatement", new ActionCreatePreparedStatementRequest { Query = Sql }, new Metadata { { header, value } }));

        Assert.Equal(status, fault.StatusCode);
        Assert.StartsWith(message, fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_whose_handle_is_larger_than_a_message_is_refused()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => MakeAsync("select 1 as n --" + new string('"', 3_000_000)));
        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.StartsWith("RESOURCES_EXHAUSTED: The SQL is 3000016 characters long", fault.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<ActionCreatePreparedStatementResult> MakeAsync(string sql) =>
        Assert.Single(await _maker.ActAsync("CreatePreparedStatement", new ActionCreatePreparedStatementRequest { Query = sql })).Unpack<ActionCreatePreparedStatementResult>();

    private static string Schema(ByteString encapsulated)
    {
        using var reader = new ArrowStreamReader(encapsulated.ToByteArray());
        return Text(reader.Schema);
    }

    private static string Text(Schema schema) => SchemaText.Of(schema);
}
