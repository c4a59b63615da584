using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Amp.Chains.Rows;

/// <summary>A growing row of bits, least significant first, as Arrow stores booleans and validity.</summary>
internal sealed class BitBuffer : IDisposable
{
    private readonly NativeBuffer _bytes = new();

    public int Count { get; private set; }

    public int Zeros { get; private set; }

    /// <remarks>As long as every bit is set nothing is written: most columns that may hold nulls hold none.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(bool bit)
    {
        if (bit && Zeros == 0)
            Count++;
        else
            Write(bit);
    }

    public bool this[int index] => Zeros == 0 || (_bytes.WrittenSpan[index >> 3] & (1 << (index & 7))) != 0;

    public void Truncate(int count)
    {
        for (var i = count; i < Count; i++)
        {
            if (!this[i])
                Zeros--;
        }

        Count = count;
        if (Zeros == 0)
            return;
        _bytes.Truncate((count + 7) >> 3);
        if ((count & 7) != 0)
            _bytes.WrittenSpan[^1] &= (byte)((1 << (count & 7)) - 1);
    }

    public void Clear(int keep)
    {
        Count = 0;
        Zeros = 0;
        _bytes.Clear(keep);
    }

    public ArrowBuffer ToArrow()
    {
        if (Zeros == 0)
            WriteOnes();
        return new(_bytes.Written);
    }

    /// <summary>The bits as a validity bitmap, which is left out when every value is there.</summary>
    public ArrowBuffer ToValidity() => Zeros == 0 ? ArrowBuffer.Empty : ToArrow();

    public void Dispose() => ((IDisposable)_bytes).Dispose();

    private void Write(bool bit)
    {
        if (Zeros == 0)
            WriteOnes();
        if ((Count & 7) == 0)
            _bytes.Append(1)[0] = 0;
        if (bit)
            _bytes.WrittenSpan[^1] |= (byte)(1 << (Count & 7));
        else
            Zeros++;
        Count++;
    }

    private void WriteOnes()
    {
        _bytes.Truncate(0);
        _bytes.Append((Count + 7) >> 3).Fill(0xff);
        if ((Count & 7) != 0)
            _bytes.WrittenSpan[^1] = (byte)((1 << (Count & 7)) - 1);
    }
}
