using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.Flight.Ipc;

/// <summary>
/// Encodes a range of rows of a record batch as Arrow IPC, from the Arrow buffers straight into the response: <see cref="Plan"/> lists the
/// buffers and their sizes, <see cref="WriteHeader"/> and <see cref="WriteBody"/> copy each byte once. Reused for all batches of a stream.
/// </summary>
/// <param name="codec">How the buffers are compressed; null = not at all.</param>
public sealed class BatchEncoder(IpcCodec? codec = null) : IDisposable
{
    private readonly List<FieldNode> _nodes = [];
    private readonly List<BodyPiece> _pieces = [];
    private readonly BodyCompressor? _compressor = codec is { } named ? new BodyCompressor(named) : null;

    public int RowCount { get; private set; }

    public long BodyLength { get; private set; }

    public int HeaderLength => RecordBatchHeader.Length(_nodes.Count, _pieces.Count, codec is not null);

    /// <summary>What the body can come to when it is compressed.</summary>
    public long LargestBodyLength => BodyLength + (codec is null ? 0 : BodyCompressor.PrefixBytes * _pieces.Count);

    /// <summary>Lays the rows out; no byte of a column is touched but for null counts of slices. The batch must live until it is written.</summary>
    public void Plan(RecordBatch batch, int firstRow, int rowCount)
    {
        _nodes.Clear();
        _pieces.Clear();
        BodyLength = 0;
        RowCount = rowCount;
        for (var i = 0; i < batch.ColumnCount; i++)
            AddArray(batch.Column(i).Data, firstRow, rowCount);
    }

    /// <summary>Compresses what is planned, if it is to be compressed; before anything is written.</summary>
    public void Compress()
    {
        if (_compressor is not null)
            BodyLength = _compressor.Compress(CollectionsMarshal.AsSpan(_pieces));
    }

    public void WriteHeader(Span<byte> target) =>
        RecordBatchHeader.Write(target, RowCount, CollectionsMarshal.AsSpan(_nodes), CollectionsMarshal.AsSpan(_pieces), BodyLength, codec);

    public void WriteBody(IBufferWriter<byte> writer)
    {
        foreach (ref readonly var piece in CollectionsMarshal.AsSpan(_pieces))
            piece.WriteTo(writer);
    }

    public void Dispose() => _compressor?.Dispose();

    private void AddArray(ArrayData data, int start, int count)
    {
        var at = data.Offset + start;
        switch (data.DataType.TypeId)
        {
            case ArrowTypeId.Null:
                _nodes.Add(new FieldNode(count, count));
                break;
            case ArrowTypeId.Union:
                AddUnion(data, at, count);
                break;
            case ArrowTypeId.Boolean:
                AddValidity(data, at, count);
                AddPiece(BodyPiece.Bits(data.Buffers[1].Memory, at, count));
                break;
            case ArrowTypeId.String or ArrowTypeId.Binary:
                AddValidity(data, at, count);
                var (first, bytes) = AddOffsets32(data.Buffers[1].Memory, at, count);
                AddPiece(BodyPiece.Bytes(data.Buffers[2].Memory, first, bytes));
                break;
            case ArrowTypeId.LargeString or ArrowTypeId.LargeBinary:
                AddValidity(data, at, count);
                var (firstLarge, bytesLarge) = AddOffsets64(data.Buffers[1].Memory, at, count);
                AddPiece(BodyPiece.Bytes(data.Buffers[2].Memory, firstLarge, bytesLarge));
                break;
            case ArrowTypeId.List or ArrowTypeId.Map:
                AddValidity(data, at, count);
                var (firstItem, items) = AddOffsets32(data.Buffers[1].Memory, at, count);
                AddArray(data.Children[0], firstItem, items);
                break;
            case ArrowTypeId.LargeList:
                AddValidity(data, at, count);
                var (firstLargeItem, largeItems) = AddOffsets64(data.Buffers[1].Memory, at, count);
                AddArray(data.Children[0], checked((int)firstLargeItem), checked((int)largeItems));
                break;
            case ArrowTypeId.FixedSizeList:
                AddValidity(data, at, count);
                var size = ((FixedSizeListType)data.DataType).ListSize;
                AddArray(data.Children[0], at * size, count * size);
                break;
            case ArrowTypeId.Struct:
                AddValidity(data, at, count);
                foreach (var child in data.Children)
                    AddArray(child, at, count);
                break;
            default:
                AddFixedWidth(data, at, count);
                break;
        }
    }

    private void AddFixedWidth(ArrayData data, int at, int count)
    {
        if (data.DataType is not FixedWidthType { BitWidth: >= 8 } type)
            throw new AmpException(ErrorCode.ExecutionError, $"A column of Arrow type {data.DataType.Name} cannot be sent over Flight; cast it to a plain type.");

        AddValidity(data, at, count);
        var width = type.BitWidth / 8;
        AddPiece(BodyPiece.Bytes(data.Buffers[1].Memory, (long)at * width, (long)count * width));
    }

    private void AddUnion(ArrayData data, int at, int count)
    {
        _nodes.Add(new FieldNode(count, 0));
        AddPiece(BodyPiece.Bytes(data.Buffers[0].Memory, at, count));
        if (((UnionType)data.DataType).Mode == UnionMode.Sparse)
        {
            foreach (var child in data.Children)
                AddArray(child, at, count);
            return;
        }

        // The offsets of a dense union point into whole children, which are sent whole.
        AddPiece(BodyPiece.Bytes(data.Buffers[1].Memory, (long)at * sizeof(int), (long)count * sizeof(int)));
        foreach (var child in data.Children)
            AddArray(child, 0, child.Length);
    }

    private void AddValidity(ArrayData data, int at, int count)
    {
        var nulls = CountNulls(data, at, count);
        _nodes.Add(new FieldNode(count, nulls));
        AddPiece(nulls == 0 ? BodyPiece.Empty : BodyPiece.Bits(data.Buffers[0].Memory, at, count));
    }

    private static int CountNulls(ArrayData data, int at, int count)
    {
        var bitmap = data.Buffers[0];
        if (data.NullCount == 0 || bitmap.IsEmpty || count == 0)
            return 0;
        if (data.NullCount > 0 && at == data.Offset && count == data.Length)
            return data.NullCount;
        return count - BitUtility.CountBits(bitmap.Span, at, count);
    }

    private (int First, int Count) AddOffsets32(ReadOnlyMemory<byte> offsets, int at, int count)
    {
        AddPiece(BodyPiece.Offsets32(offsets, at, count));
        if (offsets.IsEmpty)
            return (0, 0);
        var first = BinaryPrimitives.ReadInt32LittleEndian(offsets.Span[(at * sizeof(int))..]);
        var end = BinaryPrimitives.ReadInt32LittleEndian(offsets.Span[((at + count) * sizeof(int))..]);
        return (first, end - first);
    }

    private (long First, long Count) AddOffsets64(ReadOnlyMemory<byte> offsets, int at, int count)
    {
        AddPiece(BodyPiece.Offsets64(offsets, at, count));
        if (offsets.IsEmpty)
            return (0, 0);
        var first = BinaryPrimitives.ReadInt64LittleEndian(offsets.Span[(at * sizeof(long))..]);
        var end = BinaryPrimitives.ReadInt64LittleEndian(offsets.Span[((at + count) * sizeof(long))..]);
        return (first, end - first);
    }

    private void AddPiece(BodyPiece piece)
    {
        _pieces.Add(piece);
        BodyLength += piece.PaddedLength;
    }
}
