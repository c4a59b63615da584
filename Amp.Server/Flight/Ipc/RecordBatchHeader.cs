using System.Buffers.Binary;

namespace Amp.Server.Flight.Ipc;

/// <summary>
/// The IPC metadata of a record batch: a FlatBuffers <c>Message</c> (version V5) that holds a <c>RecordBatch</c>. Both tables have
/// fixed fields, so everything but the two vectors lies at fixed places and is written without a builder and without an allocation.
/// </summary>
internal static class RecordBatchHeader
{
    private const short MetadataV5 = 4;
    private const byte RecordBatchType = 3;

    private const int MessageVtable = 4;
    private const int MessageTable = 16;
    private const int BatchVtable = 36;
    private const int BatchTable = 48;
    private const int NodesCount = 76;
    private const int StructSize = 16;
    private const int CompressionSize = 16;

    /// <summary>Always a multiple of 8.</summary>
    public static int Length(int nodes, int buffers, bool compressed) =>
        NodesCount + 4 + StructSize * nodes + 8 + StructSize * buffers + (compressed ? CompressionSize : 0);

    public static void Write(
        Span<byte> target, long rows, ReadOnlySpan<FieldNode> nodes, ReadOnlySpan<BodyPiece> pieces, long bodyLength, IpcCodec? codec)
    {
        target[..(NodesCount + 4)].Clear();
        Int32(target, 0, MessageTable);

        // Message: version, header_type, header, bodyLength.
        Int16(target, MessageVtable, 12);
        Int16(target, MessageVtable + 2, 20);
        Int16(target, MessageVtable + 4, 16);
        Int16(target, MessageVtable + 6, 18);
        Int16(target, MessageVtable + 8, 4);
        Int16(target, MessageVtable + 10, 8);
        Int32(target, MessageTable, MessageTable - MessageVtable);
        Int32(target, MessageTable + 4, BatchTable - (MessageTable + 4));
        Int64(target, MessageTable + 8, bodyLength);
        Int16(target, MessageTable + 16, MetadataV5);
        target[MessageTable + 18] = RecordBatchType;

        // RecordBatch: length, nodes, buffers; the fourth slot (compression) is absent unless there is a codec.
        var buffersCount = NodesCount + 4 + StructSize * nodes.Length + 4;
        Int16(target, BatchVtable, 12);
        Int16(target, BatchVtable + 2, 24);
        Int16(target, BatchVtable + 4, 8);
        Int16(target, BatchVtable + 6, 4);
        Int16(target, BatchVtable + 8, 16);
        Int32(target, BatchTable, BatchTable - BatchVtable);
        Int32(target, BatchTable + 4, NodesCount - (BatchTable + 4));
        Int64(target, BatchTable + 8, rows);
        Int32(target, BatchTable + 16, buffersCount - (BatchTable + 16));

        Int32(target, NodesCount, nodes.Length);
        var at = NodesCount + 4;
        foreach (var node in nodes)
        {
            Int64(target, at, node.Length);
            Int64(target, at + 8, node.NullCount);
            at += StructSize;
        }

        Int32(target, at, 0);
        Int32(target, buffersCount, pieces.Length);
        at = buffersCount + 4;
        var offset = 0L;
        foreach (ref readonly var piece in pieces)
        {
            Int64(target, at, offset);
            Int64(target, at + 8, piece.Length);
            offset += piece.PaddedLength;
            at += StructSize;
        }

        if (codec is { } named)
            WriteCompression(target, at, named);
    }

    /// <summary>BodyCompression: codec, method (0: buffer by buffer), behind all else.</summary>
    private static void WriteCompression(Span<byte> target, int at, IpcCodec codec)
    {
        Int16(target, BatchVtable + 10, 20);
        Int32(target, BatchTable + 20, at + 8 - (BatchTable + 20));
        target.Slice(at, CompressionSize).Clear();
        Int16(target, at, 8);
        Int16(target, at + 2, 8);
        Int16(target, at + 4, 4);
        Int16(target, at + 6, 5);
        Int32(target, at + 8, 8);
        target[at + 12] = (byte)codec;
    }

    private static void Int16(Span<byte> target, int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(target[at..], value);

    private static void Int32(Span<byte> target, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(target[at..], value);

    private static void Int64(Span<byte> target, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(target[at..], value);
}
