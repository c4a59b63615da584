using System.Buffers;
using System.Buffers.Binary;
using Amp.Shared.Faults;

namespace Amp.Query.Functions;

/// <summary>The bytes of the row that a function makes, in a pooled buffer that all rows of a call share.</summary>
internal sealed class RowOutput : IDisposable
{
    private const int MaxBytes = 16 << 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Room from a place on, to the end of what is written.</summary>
    public Span<byte> From(int at) => _bytes.AsSpan(at, Length - at);

    public void Clear() => Length = 0;

    /// <summary>Adds zeros.</summary>
    /// <returns>Where they begin.</returns>
    public int Reserve(long bytes)
    {
        if (bytes > MaxBytes - Length)
            throw new AmpException(ErrorCode.ResourcesExhausted, $"A function makes a value larger than {MaxBytes >> 20} MiB: make less of a row at once.");
        var at = Length;
        Length += (int)bytes;
        if (Length > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length, 2 * _bytes.Length));
            _bytes.AsSpan(0, at).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        _bytes.AsSpan(at, (int)bytes).Clear();
        return at;
    }

    /// <summary>A length or an offset, in the word at a place.</summary>
    public void SetNumber(int at, int number) => BinaryPrimitives.WriteInt32BigEndian(From(at)[(Abi.AbiReading.Word - sizeof(int))..], number);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
