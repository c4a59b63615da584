using Amp.Query.Execution;
using Amp.Query.Execution.Columns;

namespace Amp.Query.Functions;

/// <summary>One argument of a function, text or bytes, for all rows of a call.</summary>
internal readonly unsafe struct EvmArguments
{
    private readonly DuckString* _values;
    private readonly ulong* _validity;

    public EvmArguments(nint chunk, int column)
        : this(DuckNative.ChunkVector(chunk, (ulong)column))
    {
    }

    public EvmArguments(nint vector)
    {
        _values = (DuckString*)DuckNative.VectorData(vector);
        _validity = DuckNative.VectorValidity(vector);
    }

    public ReadOnlySpan<byte> this[ulong row] => new(DuckString.Bytes(_values + row), (int)_values[row].Length);

    public bool IsNull(ulong row) => _validity is not null && (_validity[row / 64] >> (int)(row % 64) & 1) == 0;
}
