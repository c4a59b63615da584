using System.Buffers.Binary;
using ZstdSharp;

namespace Amp.Server.Flight.Ipc;

/// <summary>
/// Compresses the buffers of record batches, each by itself as Arrow IPC has it: the length before compression in eight bytes, -1 when
/// the bytes gained nothing and follow as they are, then the bytes. Its memory is pooled, used for all batches of a stream, and as large as the largest of them.
/// </summary>
internal sealed class BodyCompressor(IpcCodec codec) : IDisposable
{
    public const int PrefixBytes = sizeof(long);
    private const long Uncompressed = -1;

    // The fastest level, as on the other wire.
    private const int ZstdLevel = 1;

    private readonly ScratchBuffer _plain = new();
    private readonly ScratchBuffer _body = new();
    private readonly Compressor? _zstd = codec == IpcCodec.Zstd ? new Compressor(ZstdLevel) : null;

    public void Dispose()
    {
        _plain.Dispose();
        _body.Dispose();
        _zstd?.Dispose();
    }

    /// <summary>Takes the pieces' place with compressed ones, which live until the next call; the length of the body that they make.</summary>
    public long Compress(Span<BodyPiece> pieces)
    {
        long most = 0;
        foreach (ref readonly var piece in pieces)
            most += PrefixBytes + piece.PaddedLength;
        var body = _body.Reset(checked((int)most));
        var at = 0;
        foreach (ref var piece in pieces)
        {
            // Arrow leaves empty buffers without a prefix.
            if (piece.Length == 0)
                continue;
            var length = Compress(piece, body.Span[at..]);
            piece = BodyPiece.Bytes(body, at, length);
            at += (int)piece.PaddedLength;
        }

        return at;
    }

    private int Compress(in BodyPiece piece, Span<byte> target)
    {
        _plain.Reset(checked((int)piece.PaddedLength));
        piece.WriteTo(_plain);
        var plain = _plain.Written[..(int)piece.Length];
        var room = target.Slice(PrefixBytes, plain.Length - 1);
        var length = _zstd is null ? Lz4Frame.Write(plain, room) : _zstd.TryWrap(plain, room, out var written) ? written : 0;
        BinaryPrimitives.WriteInt64LittleEndian(target, length > 0 ? plain.Length : Uncompressed);
        if (length > 0)
            return PrefixBytes + length;
        plain.CopyTo(target[PrefixBytes..]);
        return PrefixBytes + plain.Length;
    }
}
