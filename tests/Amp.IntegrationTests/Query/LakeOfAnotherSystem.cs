using Amp.Chains.Evm.Tables;
using Amp.TestKit.Lakes;
using Apache.Arrow.Types;

namespace Amp.IntegrationTests.Query;

public sealed class LakeOfAnotherSystem(RestoredLakeFixture fixture) : IClassFixture<RestoredLakeFixture>
{
    [Theory]
    [InlineData("blocks", 1)]
    [InlineData("transactions", RestoredLake.Transactions)]
    [InlineData("logs", RestoredLake.Logs)]
    public async Task Its_tables_have_the_columns_types_and_rows_of_ours(string table, int rows)
    {
        var (engine, catalog) = Engines.Over(fixture.Lake);
        await using (catalog)
        using (engine)
        {
            await using var query = await engine.PlanAsync($"select * from eth_rpc.{table}", TestContext.Current.CancellationToken);
            var expected = EvmTables.All.Single(t => t.Name == table).Schema;
            Assert.Equal(
                expected.FieldsList.Select(f => $"{f.Name} {Describe(f.DataType)} {f.IsNullable}"),
                query.Schema.FieldsList.Select(f => $"{f.Name} {Describe(f.DataType)} {f.IsNullable}"));
            var count = 0;
            await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
            {
                using (batch)
                {
                    count += batch.Length;
                    Assert.Equal(expected.FieldsList.Select(f => Describe(f.DataType)), batch.Arrays.Select(a => Describe(a.Data.DataType)));
                }
            }

            Assert.Equal(rows, count);
        }
    }

    [Theory]
    [InlineData("select count(*) from eth_rpc.transactions where not status", 15L)]
    [InlineData("select count(*) from amp.eth_rpc.logs", 719L)]
    [InlineData("select count(*) from \"_/eth_rpc\".logs", 719L)]
    [InlineData("select count(*) from \"_/eth_rpc@1.0.0\".logs", 719L)]
    [InlineData("select count(*) from \"eth_rpc@latest\".logs l join \"_/eth_rpc@dev\".transactions t on l.tx_hash = t.tx_hash", 719L)]
    [InlineData("select count(contract_address) + count(effective_gas_price) + count(cumulative_gas_used) from eth_rpc.transactions", 0L)]
    [InlineData("select count(*) from eth_rpc.logs where _block_num < 15000000", 0L)]
    [InlineData("select count(*) from eth_rpc.logs where _block_num between 15000000 and 15000001 and log_index >= 0", 719L)]
    [InlineData("select sum(tx_index) from eth_rpc.transactions", 348UL * 347 / 2)]
    public async Task Its_rows_are_found_by_sql(string sql, object expected)
    {
        var (engine, catalog) = Engines.Over(fixture.Lake);
        await using (catalog)
        using (engine)
            Assert.Equal(expected, await engine.ScalarAsync(sql));
    }

    [Theory]
    [InlineData("select tx_hash from eth_rpc.logs", "bytes(32) False")]
    [InlineData("select l.tx_hash as h from eth_rpc.logs l", "bytes(32) False")]
    [InlineData("select \"_/eth_rpc\".logs.address from \"_/eth_rpc\".logs", "bytes(20) False")]
    [InlineData("with x as (select topic0 as t from eth_rpc.logs) select t from x", "bytes(32) True")]
    [InlineData("select t.\"from\" from eth_rpc.logs l left join eth_rpc.transactions t using (tx_hash)", "bytes(20) True")]
    [InlineData("select address from eth_rpc.logs group by address order by 1", "bytes(20) False")]
    [InlineData("select address from eth_rpc.logs union all select \"from\" from eth_rpc.transactions", "bytes(20) False")]
    [InlineData("select address from eth_rpc.logs union all select tx_hash from eth_rpc.logs", "binary False")]
    [InlineData("select max(tx_hash) as m from eth_rpc.logs", "bytes(32) True")]
    [InlineData("select tx_hash || address as m from eth_rpc.logs", "binary True")]
    [InlineData("select timestamp from eth_rpc.blocks", "timestamp(Nanosecond,+00:00) False")]
    [InlineData("select sum(gas_used) as s from eth_rpc.transactions", "uint64 True")]
    [InlineData("select sum(max_fee_per_gas) as s from eth_rpc.transactions", "decimal(38,0) True")]
    [InlineData("select 1 as one", "int64 False")]
    [InlineData("select count(*) as n from eth_rpc.logs", "int64 True")]
    [InlineData("select max_fee_per_gas from eth_rpc.transactions", "decimal(38,0) True")]
    [InlineData("select * exclude (_block_num, block_hash, block_num, timestamp, tx_hash, tx_index, log_index, topic0, topic1, topic2, topic3, data) from eth_rpc.logs", "bytes(20) False")]
    public async Task Types_follow_the_columns(string sql, string expected)
    {
        var (engine, catalog) = Engines.Over(fixture.Lake);
        await using (catalog)
        using (engine)
        {
            await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
            var field = Assert.Single(query.Schema.FieldsList);
            Assert.Equal(expected, $"{Describe(field.DataType)} {field.IsNullable}");
            await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
                batch.Dispose();
        }
    }

    [Fact]
    public async Task Hex_literals_are_bytes()
    {
        const string Transfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
        var (engine, catalog) = Engines.Over(fixture.Lake);
        await using (catalog)
        using (engine)
        {
            var all = await engine.RowsAsync("select topic0 from eth_rpc.logs");
            var expected = (long)all.Count(r => (string?)r[0] == Transfer);
            Assert.InRange(expected, 1, RestoredLake.Logs - 1);
            Assert.Equal(expected, await engine.ScalarAsync($"select count(*) from eth_rpc.logs where topic0 = x'{Transfer}'"));
        }
    }

    [Fact]
    public async Task The_snapshot_names_its_blocks_and_hashes()
    {
        var (engine, catalog) = Engines.Over(fixture.Lake);
        await using (catalog)
        using (engine)
        {
            await using var query = await engine.PlanAsync("select l.log_index from eth_rpc.logs l, eth_rpc.blocks b", TestContext.Current.CancellationToken);
            var range = Assert.Single(query.Ranges);
            Assert.Equal(("mainnet", RestoredLake.Block, RestoredLake.Block), (range.Network, range.Start, range.End));
            Assert.Equal("0x9a71a95be3fe957457b11817587e5af4c7e24836d5b383c430ff25b9286a457f", range.Hash.ToString());
        }
    }

    private static string Describe(IArrowType type) => Amp.Query.Sql.TypeText.Of(type);
}
