using System.Diagnostics;
using Amp.Server.Flight;
using Amp.Server.Flight.Protocol;
using Amp.TestKit;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using FlightDescriptor = Apache.Arrow.Flight.FlightDescriptor;

namespace Amp.IntegrationTests.Flight;

public sealed class FlightRefusals
{
    [Theory]
    [InlineData("", StatusCode.InvalidArgument, "INVALID_SQL_STRING: ")]
    [InlineData("   ", StatusCode.InvalidArgument, "INVALID_SQL_STRING: ")]
    [InlineData("selec 1", StatusCode.InvalidArgument, "SQL_PARSE_ERROR: ")]
    [InlineData("select 1; select 2", StatusCode.InvalidArgument, "SQL_PARSE_ERROR: ")]
    [InlineData("select nosuch from eth_rpc.logs", StatusCode.InvalidArgument, "INVALID_PLAN: ")]
    [InlineData("create table t (n int)", StatusCode.InvalidArgument, "INVALID_PLAN: ")]
    [InlineData("select * from read_parquet('/etc/passwd')", StatusCode.InvalidArgument, "INVALID_PLAN: ")]
    [InlineData("select * from eth_rpc.nosuch", StatusCode.NotFound, "TABLE_NOT_FOUND_ERROR: ")]
    [InlineData("select * from nosuch.logs", StatusCode.NotFound, "TABLE_NOT_FOUND_ERROR: ")]
    public async Task Mistakes_in_SQL_have_their_status_and_code(string sql, StatusCode status, string code)
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var planned = await Assert.ThrowsAsync<RpcException>(async () => await flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(sql)));
        Assert.True(status == planned.StatusCode, planned.ToString());
        Assert.StartsWith(code, planned.Status.Detail, StringComparison.Ordinal);
        if (sql.Length > 0)
        {
            var redeemed = await Assert.ThrowsAsync<RpcException>(async () => await flight.GetAsync(new FlightTicket(sql)));
            Assert.Equal(planned.Status.ToString(), redeemed.Status.ToString());
        }
    }

    [Fact]
    public async Task Descriptors_and_headers_that_are_not_understood_are_refused()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);
        const string Sql = "select 1 as n";

        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(() => flight.Client.GetInfo(FlightDescriptor.CreatePathDescriptor("eth_rpc", "logs")).ResponseAsync));
        var unknown = new Any { TypeUrl = "type.googleapis.com/arrow.flight.protocol.sql.CommandStatementSubstraitPlan" };
        Assert.Equal(StatusCode.Unimplemented, await StatusOf(() => flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Google.Protobuf.MessageExtensions.ToByteArray(unknown))).ResponseAsync));

        Assert.Equal(StatusCode.Unimplemented, await StatusOf(() => flight.QueryAsync(Sql, new Metadata { { "amp-stream", "true" } })));
        Assert.Equal(StatusCode.Unimplemented, await StatusOf(() => flight.QueryAsync(Sql, new Metadata { { "amp-stream", "1" } })));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(() => flight.QueryAsync(Sql, new Metadata { { "amp-stream", "perhaps" } })));
        Assert.Equal(["1"], (await flight.QueryAsync(Sql, new Metadata { { "amp-stream", "false" } })).Rows);

        // The header wins over the SQL.
        Assert.Equal(StatusCode.Unimplemented, await StatusOf(() => flight.QueryAsync(Sql + " SETTINGS stream = true")));
        Assert.Equal(["1"], (await flight.QueryAsync(Sql + " SETTINGS stream = true", new Metadata { { "amp-stream", "false" } })).Rows);

        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(() => flight.QueryAsync(Sql, new Metadata { { "amp-resume", "{" } })));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(() => flight.QueryAsync(Sql, new Metadata { { "amp-resume", """{"mainnet":{"number":1}}""" } })));
        Assert.Equal(["1"], (await flight.QueryAsync(Sql, new Metadata { { "amp-resume", "" } })).Rows);
        Assert.Equal(["1"], (await flight.QueryAsync(Sql, new Metadata { { "amp-resume", "{\"mainnet\":{\"number\":1,\"hash\":\"0x" + new string('a', 64) + "\"}}" } })).Rows);
    }

    [Theory]
    [InlineData('\'', 2_000_000)]
    [InlineData('é', 1_000_000)]
    [InlineData('x', 3_000_000)]
    public async Task SQL_that_is_long_is_answered(char filling, int length)
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        Assert.Equal(["1"], (await flight.QueryAsync("select 1 as n --" + new string(filling, length))).Rows);
    }

    [Fact]
    public async Task SQL_whose_ticket_is_larger_than_a_message_is_refused()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var fault = await Assert.ThrowsAsync<RpcException>(() => flight.QueryAsync("select 1 as n --" + new string('"', 3_000_000)));

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.StartsWith("RESOURCES_EXHAUSTED: The descriptor is 3000016 bytes long", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_ticket_is_refused()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);
        var bytes = new QueryTicket("select 1 as n", Streaming: false, Cursor: null, SnapshotTime: null).ToBytes();
        Assert.Equal(["1"], (await flight.GetAsync(new FlightTicket(bytes))).Rows);
        bytes[10] ^= 1;

        var fault = await Assert.ThrowsAsync<RpcException>(async () => await flight.GetAsync(new FlightTicket(bytes)));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.StartsWith("INVALID_TICKET: ", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Flight_has_and_this_server_has_not_is_unimplemented_with_a_message()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var list = await Assert.ThrowsAsync<RpcException>(async () => await flight.Client.ListFlights().ResponseStream.MoveNext(default));
        var action = await Assert.ThrowsAsync<RpcException>(async () => await flight.Client.DoAction(new FlightAction("Vacuum")).ResponseStream.MoveNext(default));

        Assert.Equal((StatusCode.Unimplemented, StatusCode.Unimplemented), (list.StatusCode, action.StatusCode));
        Assert.StartsWith("NOT_IMPLEMENTED: ", list.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("GetFlightInfo", list.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("Vacuum", action.Status.Detail, StringComparison.Ordinal);
        var cancel = await Assert.ThrowsAsync<RpcException>(async () => await flight.Client.DoAction(new FlightAction("CancelFlightInfo")).ResponseStream.MoveNext(default));
        Assert.StartsWith("NOT_IMPLEMENTED: The action 'CancelFlightInfo' is not implemented: cancel the call of DoGet", cancel.Status.Detail, StringComparison.Ordinal);
    }

    // The first gives rows at once and never ends in time; the second gives its only row at the end.
    [Theory]
    [InlineData("select a.data, b.input from eth_rpc.logs a, eth_rpc.transactions b, eth_rpc.logs c", true)]
    [InlineData("select count(distinct concat(a.log_index, b.tx_hash, c.log_index)) as n from eth_rpc.logs a, eth_rpc.transactions b, eth_rpc.logs c", false)]
    public async Task A_client_that_goes_away_stops_its_query_within_100_ms(string sql, bool awaitRows)
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        // Other work of the machine may delay one of the attempts, not all.
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 5 && fastest >= TimeSpan.FromMilliseconds(100); attempt++)
        {
            var elapsed = await LeaveAsync(server, flight, sql, awaitRows);
            fastest = elapsed < fastest ? elapsed : fastest;
        }

        Assert.True(fastest < TimeSpan.FromMilliseconds(100), $"the query went on for {fastest.TotalMilliseconds:F0} ms");
    }

    [Fact]
    public async Task A_deadline_of_the_client_is_told_as_such()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        using var call = flight.Client.GetStream(
            new FlightTicket("select count(distinct concat(a.log_index, b.tx_hash, c.log_index)) as n from eth_rpc.logs a, eth_rpc.transactions b, eth_rpc.logs c"),
            null, TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300));
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.DeadlineExceeded, fault.StatusCode);
        await Eventually.TrueAsync(() => server.ActiveRequests == 0, "the server has ended the query");
    }

    [Fact]
    public async Task A_database_that_is_away_makes_the_server_unavailable()
    {
        await using var cluster = await TestPostgres.StartOwnAsync();
        await using var lake = await RestoredLake.OpenAsync(await TestDatabase.CreateAsync(cluster));
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);
        await cluster.KillAsync();

        foreach (var ask in new Func<Task>[] { () => flight.QueryAsync("select count(*) as n from eth_rpc.logs"), () => flight.AskAsync(new CommandGetTables()) })
        {
            var fault = await Assert.ThrowsAsync<RpcException>(ask);
            Assert.True(fault.StatusCode == StatusCode.Unavailable, fault.ToString());
            Assert.StartsWith("DATABASE_UNAVAILABLE: ", fault.Status.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>Starts a query, leaves it in its middle; how long the server went on with it.</summary>
    private static async Task<TimeSpan> LeaveAsync(LakeServer server, FlightCalls flight, string sql, bool awaitRows)
    {
        using var gone = new CancellationTokenSource();
        using var call = flight.Client.GetStream(new FlightTicket(sql), null, null, gone.Token);
        Assert.True(await call.ResponseStream.Schema is { FieldsList.Count: > 0 });
        if (awaitRows)
            Assert.True(await call.ResponseStream.MoveNext(default));
        else
            await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal(1, server.ActiveRequests);

        var left = Stopwatch.GetTimestamp();
        await gone.CancelAsync();
        await Eventually.TrueAsync(() => server.ActiveRequests == 0, "the server has ended the query");
        return Stopwatch.GetElapsedTime(left, server.EndOf(FlightCalls.DoGetPath)!.Value);
    }

    private static async Task<StatusCode> StatusOf(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;
}
