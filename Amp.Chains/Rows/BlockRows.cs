using Amp.Shared.Chain;
using Apache.Arrow;

namespace Amp.Chains.Rows;

/// <summary>The rows of several consecutive blocks, one batch a table.</summary>
/// <remarks>The batches live in memory that is used again after <see cref="Dispose"/>: whoever needs them longer copies them.</remarks>
public sealed class BlockRows : IDisposable
{
    private Action? _release;

    internal BlockRows(IReadOnlyList<BlockHeader> headers, IReadOnlyList<RecordBatch> tables, long byteCount, Action release)
    {
        Headers = headers;
        Tables = tables;
        ByteCount = byteCount;
        _release = release;
    }

    /// <summary>The blocks that the rows come from, in their order, each linked to the one before it.</summary>
    public IReadOnlyList<BlockHeader> Headers { get; }

    /// <summary>One batch for each of <see cref="Evm.Tables.EvmTables.All"/>, in that order.</summary>
    public IReadOnlyList<RecordBatch> Tables { get; }

    /// <summary>Size of the columns in memory.</summary>
    public long ByteCount { get; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
