using Amp.Shared.Options;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>One Parquet file under construction: the open row group in memory, everything before it on disk.</summary>
internal sealed class ParquetFile : IDisposable
{
    // Of a vectored write: more pieces are not taken at once.
    private const int MaxPieces = 512;

    private readonly FileStream? _file;
    private readonly ParquetSchema _schema;
    private readonly PageWriter _pages;
    private readonly List<ColumnChunk> _chunks;
    private readonly Shredder?[] _shredders;
    private readonly List<RowGroupSummary> _groups = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private long _groupRows;

    /// <summary>Begins the file at <paramref name="path"/>, which is made anew.</summary>
    public ParquetFile(string path, ParquetSchema schema, ParquetCompression compression, PageMemory memory)
    {
        _schema = schema;
        _pages = new PageWriter(compression, memory);
        _chunks = [.. schema.Leaves.Select(l => ChunkOf(l, _pages))];
        _shredders = [.. schema.Columns.Select(c => c.IsLeaf ? null : new Shredder(c, _chunks))];
        try
        {
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            Write(FooterWriter.Mark);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes that have reached the file: the open row group is not among them.</summary>
    public long Length { get; private set; }

    public void Append(RecordBatch batch, int start, int count)
    {
        for (var i = 0; i < _shredders.Length; i++)
        {
            var data = batch.Column(i).Data;
            if (_shredders[i] is { } shredder)
                shredder.Append(data, start, count);
            else
                _chunks[_schema.Columns[i].FirstLeaf].Append(data, start, count);
        }

        _groupRows += count;
    }

    /// <summary>Writes the open row group, if it has a row.</summary>
    public void EndRowGroup()
    {
        if (_groupRows == 0)
            return;
        var (start, at) = (Length, Length);
        var columns = new List<ChunkSummary>();
        foreach (var chunk in _chunks)
        {
            columns.Add(chunk.End(at, _pieces));
            at += columns[^1].Bytes;
        }

        WritePieces();
        _groups.Add(new RowGroupSummary(start, _groupRows, columns));
        _chunks.ForEach(c => c.Clear());
        _groupRows = 0;
    }

    /// <summary>Ends the file.</summary>
    public void Close(IReadOnlyList<KeyValuePair<string, string>> keyValues)
    {
        EndRowGroup();
        using var footer = new FooterWriter(_schema, _pages.Codec, _groups);
        Write(footer.Indexes(Length));
        Write(footer.Footer(keyValues));
        _file!.Dispose();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _chunks.ForEach(c => c.Dispose());
        _pages.Dispose();
    }

    private static ColumnChunk ChunkOf(ParquetLeaf leaf, PageWriter pages) => (leaf.Type, leaf.Width) switch
    {
        (BooleanType, _) => new BoolChunk(leaf, pages),
        (Int32Type, _) => new FixedChunk<int, Int32Kind>(leaf, pages),
        (UInt32Type, _) => new FixedChunk<uint, UInt32Kind>(leaf, pages),
        (Int64Type or TimestampType, _) => new FixedChunk<long, Int64Kind>(leaf, pages),
        (UInt64Type, _) => new FixedChunk<ulong, UInt64Kind>(leaf, pages),
        (Decimal128Type, _) => new FixedChunk<Int128, DecimalKind>(leaf, pages),
        (FixedSizeBinaryType, 20) => new FixedChunk<Bytes20, Bytes20Kind>(leaf, pages),
        (FixedSizeBinaryType, 32) => new FixedChunk<Bytes32, Bytes32Kind>(leaf, pages),
        _ => new BytesChunk(leaf, pages),
    };

    private void WritePieces()
    {
        for (var i = 0; i < _pieces.Count; i += MaxPieces)
        {
            var some = _pieces.GetRange(i, Math.Min(MaxPieces, _pieces.Count - i));
            RandomAccess.Write(_file!.SafeFileHandle, some, Length);
            Length += some.Sum(p => (long)p.Length);
        }

        _pieces.Clear();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file!.SafeFileHandle, bytes, Length);
        Length += bytes.Length;
    }
}
