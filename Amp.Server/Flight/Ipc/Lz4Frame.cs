using System.Buffers.Binary;
using K4os.Compression.LZ4;

namespace Amp.Server.Flight.Ipc;

/// <summary>Writes an LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) into a given span and allocates nothing.</summary>
internal static class Lz4Frame
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private const uint StoredAsIs = 0x8000_0000;

    // Magic number; version 1 with independent blocks and no checksums; blocks of up to 4 MiB; checksum of the two bytes before.
    private static ReadOnlySpan<byte> Head => [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73];

    /// <summary>The length of the frame; 0 when it does not fit.</summary>
    public static int Write(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (!Head.TryCopyTo(target))
            return 0;
        var at = Head.Length;
        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(source.Length, BlockBytes)];
            source = source[block.Length..];
            if (target.Length - at < sizeof(uint))
                return 0;
            var size = target.Slice(at, sizeof(uint));
            at += sizeof(uint);

            // Below its own length: a block that gains nothing has to be stored as it is.
            var room = target.Slice(at, Math.Min(target.Length - at, block.Length - 1));
            var length = LZ4Codec.Encode(block, room);
            if (length > 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)length);
                at += length;
                continue;
            }

            if (!block.TryCopyTo(target[at..]))
                return 0;
            BinaryPrimitives.WriteUInt32LittleEndian(size, StoredAsIs | (uint)block.Length);
            at += block.Length;
        }

        if (target.Length - at < sizeof(uint))
            return 0;
        target.Slice(at, sizeof(uint)).Clear();
        return at + sizeof(uint);
    }
}
