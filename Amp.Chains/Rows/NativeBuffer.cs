using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amp.Shared.Faults;

namespace Amp.Chains.Rows;

/// <summary>Growing memory outside the garbage collector, aligned as Arrow wants it; kept and filled again for the next batch.</summary>
/// <remarks>Memory handed out by <see cref="Written"/> is valid until the buffer grows, is cleared or disposed.</remarks>
public sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    private const int Alignment = 64;
    private const int GrowthStep = 4096;
    private const int LargeBytes = 1 << 20;

    private byte* _start;
    private int _capacity;

    public int Length { get; private set; }

    public int Capacity => _capacity;

    /// <summary>What has been written, as Arrow arrays refer to it.</summary>
    public ReadOnlyMemory<byte> Written => Length == 0 ? default : CreateMemory(0, Length);

    public Span<byte> WrittenSpan => new(_start, Length);

    /// <summary>The next <paramref name="count"/> bytes, to be filled by the caller: they hold anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Append(int count)
    {
        if (count > _capacity - Length)
            Grow(count);
        var span = new Span<byte>(_start + Length, count);
        Length += count;
        return span;
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Room for at least <paramref name="count"/> bytes after what is written; <see cref="Advance"/> tells how many were used.</summary>
    public Memory<byte> Free(int count)
    {
        if (count > _capacity - Length)
            Grow(count);
        return CreateMemory(Length, _capacity - Length);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_capacity - Length));
        Length += count;
    }

    /// <summary>Forgets what stands at <paramref name="length"/> and after.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    /// <summary>Empties the buffer; memory above <paramref name="keep"/> bytes goes back, so that one huge block is not paid for ever.</summary>
    public void Clear(int keep)
    {
        Length = 0;
        if (_capacity > keep)
            Release();
    }

    public override Span<byte> GetSpan() => new(_start, _capacity);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_capacity);
        return new MemoryHandle(_start + elementIndex, pinnable: this);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => Release();

#pragma warning disable CA2015 // Whoever reads a span of a buffer gives the buffer back afterwards, and so holds it until then.
    ~NativeBuffer() => Release();
#pragma warning restore CA2015

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        var needed = (long)Length + count;
        if (needed > Array.MaxLength)
            throw new AmpException(ErrorCode.ResourcesExhausted, $"a column or an answer of {Length} bytes cannot take {count} more: 2 GiB is the most");

        // Small buffers double; large ones grow by a quarter, as their pool is bounded by what they take and not by what they hold.
        var wanted = _capacity < LargeBytes ? 2L * _capacity : _capacity + (_capacity / 4L);
        var capacity = (int)Math.Min(Array.MaxLength, (Math.Max(needed, wanted) + GrowthStep - 1) / GrowthStep * GrowthStep);
        if (Length == 0)
            Release();
        _start = (byte*)NativeMemory.AlignedRealloc(_start, (nuint)capacity, Alignment);
        _capacity = capacity;
    }

    private void Release()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _capacity = 0;
        Length = 0;
    }
}
