using Amp.DevChain.Chain;
using Amp.TestKit.Cluster;
using Parquet;
using Parquet.Data;

namespace Amp.ScenarioTests.Faults;

/// <summary>The Parquet files as they lie there, read by another library than the one that wrote them.</summary>
internal static class FilesOfTheLake
{
    /// <summary>Of a chain that was never reorganised: each block once, and its transactions and logs as many as the source has.</summary>
    public static async Task AssertWholeAsync(AmpCluster cluster, string dataset, ChainTruth truth, ulong last)
    {
        var rows = new Dictionary<string, Dictionary<ulong, int>>(StringComparer.Ordinal);
        var hashes = new Dictionary<ulong, string>();
        var files = (string[])(await cluster.Database.ScalarAsync(
            $"select array_agg(r.table_name || ' ' || r.path || '/' || s.file_name) from segments s join revisions r on r.id = s.revision_id where s.retired_at is null and r.namespace || '/' || r.name = '{dataset.Split('@')[0]}'"))!;
        foreach (var file in files)
        {
            var (table, path) = (file.Split(' ')[0], file.Split(' ')[1]);
            await using var reader = await ParquetReader.CreateAsync(await cluster.LocalFileAsync(path));
            if (!rows.TryGetValue(table, out var counts))
                rows.Add(table, counts = []);
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                using var group = reader.OpenRowGroupReader(g);
                var fields = reader.Schema.GetDataFields();
                using var numbers = (RawColumnData<ulong>)await group.ReadRawColumnDataBaseAsync(fields.First(f => f.Name == "block_num"), default);
                foreach (var number in numbers.Values)
                    counts[number] = counts.GetValueOrDefault(number) + 1;
                if (table != "blocks")
                    continue;
                using var read = (RawColumnData<ReadOnlyMemory<byte>>)await group.ReadRawColumnDataBaseAsync(fields.First(f => f.Name == "hash"), default);
                for (var i = 0; i < read.Values.Length; i++)
                    hashes[numbers.Values[i]] = "0x" + Convert.ToHexStringLower(read.Values[i].Span);
            }
        }

        for (var number = 0UL; number <= last; number++)
        {
            var block = truth.Block(number);
            Assert.True(rows["blocks"].GetValueOrDefault(number) == 1, $"block {number} is in the files {rows["blocks"].GetValueOrDefault(number)} times");
            Assert.Equal(block.Hash, hashes[number]);
            Assert.Equal((number, block.Transactions), (number, rows["transactions"].GetValueOrDefault(number)));
            Assert.Equal((number, block.Logs), (number, rows["logs"].GetValueOrDefault(number)));
        }

        Assert.All(rows.Values, counts => Assert.True(counts.Keys.Max() <= last));
    }
}
