using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Amp.Query.Execution.Columns;

/// <summary>The validity bitmap of a column under construction; no bytes are spent while nothing is null.</summary>
internal sealed class ValidityBuffer
{
    private readonly PooledBuffer _bits = new();
    private int _rows;

    public int NullCount { get; private set; }

    /// <summary>Appends the validity of rows [start, start + count) of a DuckDB vector; a null mask means all valid.</summary>
    public unsafe void Append(ulong* mask, int start, int count)
    {
        if (mask is null && NullCount == 0)
        {
            _rows += count;
            return;
        }

        if (_bits.Length == 0)
            FillValid(0, _rows);
        FillValid(_rows, count);
        if (mask is not null)
            ClearNulls(mask, start, count);
        _rows += count;
    }

    public void AppendNulls(int count)
    {
        if (_bits.Length == 0)
            FillValid(0, _rows);
        FillValid(_rows, count);
        for (var i = 0; i < count; i++)
            BitUtility.ClearBit(_bits.Written, _rows + i);
        NullCount += count;
        _rows += count;
    }

    public ArrowBuffer Finish(PooledMemory memory)
    {
        var buffer = NullCount == 0 ? ArrowBuffer.Empty : memory.Own(_bits);
        if (NullCount == 0)
            _bits.Release();
        NullCount = 0;
        _rows = 0;
        return buffer;
    }

    public void Release() => _bits.Release();

    private void FillValid(int from, int count)
    {
        var needed = (from + count + 7) / 8;
        if (needed > _bits.Length)
        {
            // Whole bytes at once: bits after the last row are never read, and the next rows begin as valid.
            _bits.Extend(needed - _bits.Length).Fill(0xff);
        }
    }

    private unsafe void ClearNulls(ulong* mask, int start, int count)
    {
        if ((start & 63) == 0 && (_rows & 63) == 0 && count >= 64)
        {
            var words = count / 64;
            var source = new ReadOnlySpan<ulong>(mask + start / 64, words);
            var target = MemoryMarshal.Cast<byte, ulong>(_bits.Written.Slice(_rows / 8, words * 8));
            source.CopyTo(target);
            foreach (var word in source)
                NullCount += 64 - System.Numerics.BitOperations.PopCount(word);
            ClearBits(mask, start, words * 64, count);
            return;
        }

        ClearBits(mask, start, 0, count);
    }

    private unsafe void ClearBits(ulong* mask, int start, int from, int count)
    {
        var bits = _bits.Written;
        for (var i = from; i < count; i++)
        {
            var row = start + i;
            if ((mask[row >> 6] >> (row & 63) & 1) != 0)
                continue;
            BitUtility.ClearBit(bits, _rows + i);
            NullCount++;
        }
    }
}
