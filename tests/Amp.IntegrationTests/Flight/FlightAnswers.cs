using System.Text.Json;
using Amp.Query.Execution;
using Amp.Server.Flight.Protocol;
using Amp.TestKit.Arrow;
using Amp.TestKit.Lakes;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;
using Apache.Arrow.Types;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using FlightDescriptor = Apache.Arrow.Flight.FlightDescriptor;

namespace Amp.IntegrationTests.Flight;

public sealed class FlightAnswers
{
    [Theory]
    [InlineData("select * from eth_rpc.logs order by log_index", RestoredLake.Logs)]
    [InlineData("select * from eth_rpc.transactions order by tx_index", RestoredLake.Transactions)]
    [InlineData("select * from eth_rpc.blocks", 1)]
    [InlineData("select tx_index, count(*) as n from eth_rpc.logs group by tx_index order by tx_index", null)]
    [InlineData("select 1 as n where false", 0)]
    public async Task Rows_over_Flight_are_the_engines_rows(string sql, int? rows)
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var answer = await flight.QueryAsync(sql);

        var (schema, expected) = await RunInEngineAsync(server, sql);
        Assert.Equal(expected, answer.Rows);
        Assert.Equal(schema, Columns(answer.Schema));
        if (rows is not null)
            Assert.Equal(rows, answer.Rows.Count);
    }

    [Fact]
    public async Task Columns_have_the_types_of_the_lake()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var schema = await flight.Client.GetSchema(FlightDescriptor.CreateCommandDescriptor("select _block_num, tx_hash, \"to\", gas_price, timestamp, input from eth_rpc.transactions"));

        Assert.IsType<UInt64Type>(schema.GetFieldByName("_block_num").DataType);
        Assert.Equal(32, Assert.IsType<FixedSizeBinaryType>(schema.GetFieldByName("tx_hash").DataType).ByteWidth);
        Assert.Equal(20, Assert.IsType<FixedSizeBinaryType>(schema.GetFieldByName("to").DataType).ByteWidth);
        Assert.Equal((38, 0), schema.GetFieldByName("gas_price").DataType is Decimal128Type d ? (d.Precision, d.Scale) : default);
        Assert.Equal(TimeUnit.Nanosecond, Assert.IsType<TimestampType>(schema.GetFieldByName("timestamp").DataType).Unit);
        Assert.IsType<BinaryType>(schema.GetFieldByName("input").DataType);
    }

    [Fact]
    public async Task Every_batch_tells_the_blocks_of_the_snapshot_and_an_empty_one_ends_the_stream()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        var answer = await flight.QueryAsync("select * from eth_rpc.logs");

        Assert.Equal(answer.BatchRows.Count, answer.Metadata.Count);
        Assert.Equal(0, answer.BatchRows[^1]);
        for (var i = 0; i < answer.Metadata.Count; i++)
        {
            using var json = JsonDocument.Parse(answer.Metadata[i]);
            Assert.Equal(i == answer.Metadata.Count - 1, json.RootElement.GetProperty("ranges_complete").GetBoolean());
            var range = Assert.Single(json.RootElement.GetProperty("ranges").EnumerateArray());
            Assert.Equal("mainnet", range.GetProperty("network").GetString());
            Assert.Equal(RestoredLake.Block, range.GetProperty("numbers").GetProperty("start").GetUInt64());
            Assert.Equal(RestoredLake.Block, range.GetProperty("numbers").GetProperty("end").GetUInt64());
            Assert.Matches("^0x[0-9a-f]{64}$", range.GetProperty("hash").GetString());
            Assert.Matches("^0x[0-9a-f]{64}$", range.GetProperty("prev_hash").GetString());
        }

        var empty = await flight.QueryAsync("select * from eth_rpc.logs where false");
        Assert.Equal([0], empty.BatchRows);
        Assert.Equal(Columns(answer.Schema), Columns(empty.Schema));
    }

    [Fact]
    public async Task A_ticket_of_one_server_is_redeemed_by_another()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var one = await LakeServer.StartAsync(lake);
        await using var other = await LakeServer.StartAsync(lake);
        using var asked = new FlightCalls(one.Flight);
        using var redeemed = new FlightCalls(other.Flight);

        var info = await asked.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor("select count(*) as n from eth_rpc.logs"));
        var endpoint = Assert.Single(info.Endpoints);

        Assert.Empty(endpoint.Locations);
        Assert.Equal((-1, -1), (info.TotalRecords, info.TotalBytes));
        Assert.Equal(["719"], (await redeemed.GetAsync(endpoint.Ticket)).Rows);
    }

    [Fact]
    public async Task A_Flight_SQL_statement_and_a_ticket_of_plain_SQL_are_answered_too()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);
        var command = new Any
        {
            TypeUrl = "type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery",
            Value = new CommandStatementQuery { Query = "select count(*) as n from eth_rpc.transactions" }.ToByteString(),
        };

        var info = await flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(command.ToByteArray()));
        Assert.Equal(["348"], (await flight.GetAsync(info.Endpoints[0].Ticket)).Rows);
        Assert.Equal(["348"], (await flight.GetAsync(new FlightTicket("select count(*) as n from eth_rpc.transactions"))).Rows);
        Assert.Equal(["348"], (await flight.GetAsync(new FlightTicket("\nselect count(*) as n\nfrom eth_rpc.transactions"))).Rows);
    }

    [Fact]
    public async Task Messages_stay_under_what_clients_accept_by_splitting_batches()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        using var flight = new FlightCalls(server.Flight);

        // 719 rows of 100,000 bytes: 72 MB, that a client with gRPC's default limit of 4 MiB a message must be able to read.
        var answer = await flight.QueryAsync("select log_index, repeat('x', 100000) as wide from eth_rpc.logs order by log_index");

        Assert.Equal(RestoredLake.Logs, answer.Rows.Count);
        Assert.All(answer.Rows, row => Assert.EndsWith("'" + new string('x', 100_000) + "'", row, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, RestoredLake.Logs).Select(i => $"{i}"), answer.Rows.Select(r => r[..r.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.True(answer.BatchRows.Max() <= 41, $"the largest batch has {answer.BatchRows.Max()} rows");
    }

    private static async Task<(List<string> Schema, List<string> Rows)> RunInEngineAsync(LakeServer server, string sql)
    {
        await using var query = await server.Services.GetRequiredService<QueryEngine>().PlanAsync(sql, TestContext.Current.CancellationToken);
        var rows = new List<string>();
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
        {
            using (batch)
                rows.AddRange(ArrowText.Rows(batch));
        }

        return (Columns(query.Schema), rows);
    }

    private static List<string> Columns(Apache.Arrow.Schema schema) => [.. schema.FieldsList.Select(f => $"{f.Name} {f.DataType.Name} {f.IsNullable}")];
}
