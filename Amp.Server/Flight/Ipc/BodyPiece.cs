using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Amp.Server.Flight.Ipc;

/// <summary>One buffer of a record batch's body: where its bytes come from, and how they change on the way when the rows are a slice.</summary>
internal readonly struct BodyPiece
{
    private const int ChunkBytes = 4096;

    private readonly BodyPieceKind _kind;
    private readonly ReadOnlyMemory<byte> _source;
    private readonly int _start;

    private BodyPiece(BodyPieceKind kind, ReadOnlyMemory<byte> source, int start, long length)
    {
        _kind = kind;
        _source = source;
        _start = start;
        Length = length;
    }

    /// <summary>Bytes on the wire, without padding.</summary>
    public long Length { get; }

    public long PaddedLength => (Length + 7) & ~7L;

    public static BodyPiece Empty => default;

    public static BodyPiece Bytes(ReadOnlyMemory<byte> source, long start, long length) =>
        new(BodyPieceKind.Bytes, source.Slice(checked((int)start), checked((int)length)), 0, length);

    /// <summary><paramref name="count"/> bits from bit <paramref name="start"/>, moved to begin at bit 0.</summary>
    public static BodyPiece Bits(ReadOnlyMemory<byte> source, int start, int count)
    {
        var first = start / 8;
        var sourceBytes = (start + count + 7) / 8 - first;
        return new BodyPiece(BodyPieceKind.Bits, source.Slice(first, sourceBytes), start % 8, (count + 7) / 8);
    }

    /// <summary>The <paramref name="count"/> + 1 offsets from index <paramref name="start"/>, rebased so that the first is 0.</summary>
    public static BodyPiece Offsets32(ReadOnlyMemory<byte> source, int start, int count)
    {
        var length = (count + 1) * sizeof(int);
        return source.IsEmpty
            ? new BodyPiece(BodyPieceKind.Zeroes, default, 0, length)
            : Rebased(BodyPieceKind.Offsets32, source.Slice(start * sizeof(int), length), length);
    }

    public static BodyPiece Offsets64(ReadOnlyMemory<byte> source, int start, int count)
    {
        var length = (count + 1) * sizeof(long);
        return source.IsEmpty
            ? new BodyPiece(BodyPieceKind.Zeroes, default, 0, length)
            : Rebased(BodyPieceKind.Offsets64, source.Slice(start * sizeof(long), length), length);
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        switch (_kind)
        {
            case BodyPieceKind.Bytes:
                WriteBytes(writer, _source.Span);
                break;
            case BodyPieceKind.Bits when _start == 0:
                WriteBytes(writer, _source.Span[..(int)Length]);
                break;
            case BodyPieceKind.Bits:
                WriteShiftedBits(writer);
                break;
            case BodyPieceKind.Offsets32:
                WriteRebased32(writer);
                break;
            case BodyPieceKind.Offsets64:
                WriteRebased64(writer);
                break;
            case BodyPieceKind.Zeroes:
                WriteZeroes(writer, (int)Length);
                break;
        }

        WriteZeroes(writer, (int)(PaddedLength - Length));
    }

    private static BodyPiece Rebased(BodyPieceKind kind, ReadOnlyMemory<byte> offsets, int length)
    {
        var first = kind == BodyPieceKind.Offsets32
            ? BinaryPrimitives.ReadInt32LittleEndian(offsets.Span)
            : BinaryPrimitives.ReadInt64LittleEndian(offsets.Span);
        return new BodyPiece(first == 0 ? BodyPieceKind.Bytes : kind, offsets, 0, length);
    }

    private static void WriteBytes(IBufferWriter<byte> writer, ReadOnlySpan<byte> bytes) => writer.Write(bytes);

    private static void WriteZeroes(IBufferWriter<byte> writer, int count)
    {
        while (count > 0)
        {
            var span = writer.GetSpan();
            var n = Math.Min(span.Length, count);
            span[..n].Clear();
            writer.Advance(n);
            count -= n;
        }
    }

    private void WriteShiftedBits(IBufferWriter<byte> writer)
    {
        var source = _source.Span;
        var done = 0;
        while (done < Length)
        {
            var span = writer.GetSpan();
            var n = (int)Math.Min(span.Length, Length - done);
            for (var i = 0; i < n; i++)
            {
                var at = done + i;
                var high = at + 1 < source.Length ? source[at + 1] << (8 - _start) : 0;
                span[i] = (byte)((source[at] >> _start) | high);
            }

            writer.Advance(n);
            done += n;
        }
    }

    private void WriteRebased32(IBufferWriter<byte> writer)
    {
        var source = MemoryMarshal.Cast<byte, int>(_source.Span);
        var first = source[0];
        while (!source.IsEmpty)
        {
            var target = MemoryMarshal.Cast<byte, int>(writer.GetSpan(Math.Min(ChunkBytes, source.Length * sizeof(int))));
            var n = Math.Min(target.Length, source.Length);
            for (var i = 0; i < n; i++)
                target[i] = source[i] - first;
            writer.Advance(n * sizeof(int));
            source = source[n..];
        }
    }

    private void WriteRebased64(IBufferWriter<byte> writer)
    {
        var source = MemoryMarshal.Cast<byte, long>(_source.Span);
        var first = source[0];
        while (!source.IsEmpty)
        {
            var target = MemoryMarshal.Cast<byte, long>(writer.GetSpan(Math.Min(ChunkBytes, source.Length * sizeof(long))));
            var n = Math.Min(target.Length, source.Length);
            for (var i = 0; i < n; i++)
                target[i] = source[i] - first;
            writer.Advance(n * sizeof(long));
            source = source[n..];
        }
    }
}
