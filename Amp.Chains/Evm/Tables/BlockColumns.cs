using Amp.Chains.Rows;
using Amp.Shared.Chain;

namespace Amp.Chains.Evm.Tables;

/// <summary>The columns that every row of a block repeats. They are filled when the block is read to its end, as its hash may stand there.</summary>
internal sealed class BlockColumns
{
    public FixedColumn Key { get; } = EvmColumns.U64();

    public FixedColumn Number { get; } = EvmColumns.U64();

    public FixedColumn Timestamp { get; } = EvmColumns.Timestamp();

    public FixedColumn Hash { get; } = EvmColumns.Word();

    public void Append(in BlockHeader header, long timestampNanos, int rows)
    {
        Key.AppendRepeated(header.Number, rows);
        Number.AppendRepeated(header.Number, rows);
        Timestamp.AppendRepeated(timestampNanos, rows);
        Hash.AppendRepeated(header.Hash, rows);
    }
}
