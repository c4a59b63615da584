using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.TestKit.Arrow;

namespace Amp.TestKit.Chains;

/// <summary>Everything that a range gave, copied out of the batches as text.</summary>
public sealed class ReadRows
{
    public List<BlockHeader> Headers { get; } = [];

    public List<string> Blocks { get; } = [];

    public List<string> Transactions { get; } = [];

    public List<string> Logs { get; } = [];

    public int Batches { get; private set; }

    public static async Task<ReadRows> AllAsync(
        EvmBlockSource source, ulong start, ulong end, Hash32? parent = null, ExtractionOptions? options = null, CancellationToken cancel = default)
    {
        var rows = new ReadRows();
        await rows.AddAsync(source, start, end, parent, options, cancel);
        return rows;
    }

    /// <summary>Adds what the range gives; what came before a fault is kept when it is thrown.</summary>
    public async Task AddAsync(EvmBlockSource source, ulong start, ulong end, Hash32? parent = null, ExtractionOptions? options = null, CancellationToken cancel = default)
    {
        await foreach (var batch in source.ReadAsync(new BlockRange(start, end), parent, options ?? new ExtractionOptions(), cancel))
        {
            using (batch)
            {
                Batches++;
                Headers.AddRange(batch.Headers);
                Blocks.AddRange(ArrowText.Rows(batch.Tables[0]));
                Transactions.AddRange(ArrowText.Rows(batch.Tables[1]));
                Logs.AddRange(ArrowText.Rows(batch.Tables[2]));
            }
        }
    }
}
