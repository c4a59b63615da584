using Amp.Query.Execution;

namespace Amp.Query.Functions;

/// <summary>The text or bytes that a function gives for each row of a call.</summary>
internal unsafe struct EvmResults(nint vector)
{
    private ulong* _validity;

    public readonly void Set(ulong row, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            byte none;
            DuckNative.SetText(vector, row, start is null ? &none : start, (ulong)value.Length);
        }
    }

    public void SetNull(ulong row)
    {
        if (_validity is null)
        {
            DuckNative.EnsureValidity(vector);
            _validity = DuckNative.VectorValidity(vector);
        }

        _validity[row / 64] &= ~(1UL << (int)(row % 64));
    }
}
