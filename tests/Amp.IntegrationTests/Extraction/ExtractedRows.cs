using Amp.Chains.Evm;
using Amp.Chains.Evm.Tables;
using Amp.Chains.Providers;
using Amp.Shared.Chain;
using Amp.TestKit.Arrow;
using Amp.TestKit.Ethereum;
using Amp.TestKit.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Extraction;

/// <summary>Reads blocks from a node through the extraction and holds every column of every row against the independent reading.</summary>
internal sealed class ExtractedRows : IAsyncDisposable
{
    private const string Network = "testnet";

    private readonly string _providers = Directory.CreateTempSubdirectory("amp-providers-").FullName;
    private readonly EvmBlockSources _sources;

    private ExtractedRows(Uri node, string more = "")
    {
        File.WriteAllText(Path.Combine(_providers, "node.toml"), $"kind = \"evm-rpc\"\nnetwork = \"{Network}\"\nurl = \"{node}\"\n{more}\n");
        _sources = new EvmBlockSources(new ProviderFiles(_providers), TimeProvider.System, NullLoggerFactory.Instance);
    }

    public EvmBlockSource Source { get; private set; } = null!;

    public static async Task<ExtractedRows> OpenAsync(Uri node, string more = "")
    {
        var rows = new ExtractedRows(node, more);
        rows.Source = await rows._sources.OpenAsync(Network, TestContext.Current.CancellationToken);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _sources.DisposeAsync();
        Directory.Delete(_providers, recursive: true);
    }

    public async Task AreThoseOfAsync(IReadOnlyList<RecordedBlock> blocks)
    {
        var actual = EvmTables.All.Select(_ => new List<string>()).ToArray();
        await foreach (var rows in Source.ReadAsync(new BlockRange(blocks[0].Number, blocks[^1].Number), null, new ExtractionOptions(), TestContext.Current.CancellationToken))
        {
            using (rows)
            {
                for (var table = 0; table < actual.Length; table++)
                    actual[table].AddRange(ArrowText.Rows(rows.Tables[table]));
            }
        }

        Same("blocks", blocks.Select(b => ExpectedRows.OfBlock(b.Block)), actual[0]);
        Same("transactions", blocks.SelectMany(b => ExpectedRows.OfTransactions(b.Block, b.ReceiptList)), actual[1]);
        Same("logs", blocks.SelectMany(b => ExpectedRows.OfLogs(b.Block, b.ReceiptList)), actual[2]);
    }

    private static void Same(string table, IEnumerable<IReadOnlyList<string>> expected, List<string> actual)
    {
        var columns = EvmTables.All.Single(t => t.Name == table).Schema.FieldsList;
        var row = 0;
        foreach (var values in expected)
        {
            Assert.True(row < actual.Count, $"{table} has {actual.Count} rows, too few");
            var found = actual[row].Split(" | ");
            Assert.Equal(columns.Count, found.Length);
            for (var i = 0; i < columns.Count; i++)
                Assert.Equal($"{table}[{row}].{columns[i].Name} = {values[i]}", $"{table}[{row}].{columns[i].Name} = {found[i]}");
            row++;
        }

        Assert.Equal(row, actual.Count);
    }
}
