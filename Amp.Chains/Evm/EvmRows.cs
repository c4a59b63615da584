using Amp.Chains.Evm.Tables;
using Amp.Chains.Rows;
using Amp.Shared.Chain;

namespace Amp.Chains.Evm;

/// <summary>The columns of the three tables, filled block by block and used again batch after batch.</summary>
internal sealed class EvmRows : IDisposable
{
    public BlocksTable Blocks { get; } = new();

    public TransactionsTable Transactions { get; } = new();

    public LogsTable Logs { get; } = new();

    public List<BlockHeader> Headers { get; } = [];

    public long ByteCount => Blocks.Rows.ByteCount + Transactions.Rows.ByteCount + Logs.Rows.ByteCount;

    /// <summary>Rows of the largest table.</summary>
    public int MaxRows => Math.Max(Blocks.Rows.Count, Math.Max(Transactions.Rows.Count, Logs.Rows.Count));

    public (int Blocks, int Transactions, int Logs) Mark() => (Blocks.Rows.Count, Transactions.Rows.Count, Logs.Rows.Count);

    public void Truncate((int Blocks, int Transactions, int Logs) mark)
    {
        Blocks.Rows.Truncate(mark.Blocks);
        Transactions.Rows.Truncate(mark.Transactions);
        Logs.Rows.Truncate(mark.Logs);
        Headers.RemoveRange(mark.Blocks, Headers.Count - mark.Blocks);
    }

    /// <summary>The rows as batches over this memory; <paramref name="release"/> is told when they are no longer needed.</summary>
    public BlockRows Build(Action<EvmRows> release) =>
        new([.. Headers], [Blocks.Rows.Build(), Transactions.Rows.Build(), Logs.Rows.Build()], ByteCount, () => release(this));

    public void Clear()
    {
        Blocks.Rows.Clear();
        Transactions.Rows.Clear();
        Logs.Rows.Clear();
        Headers.Clear();
    }

    public void Dispose()
    {
        Blocks.Dispose();
        Transactions.Dispose();
        Logs.Dispose();
    }
}
