using Apache.Arrow;
using DuckDB.NET.Native;

namespace Amp.Query.Execution.Columns;

/// <summary>Gathers chunks into batches of a few hundred kilobytes.</summary>
internal sealed class BatchWriter : IDisposable
{
    /// <summary>A batch is closed when it holds this much: large enough to make the cost of a message small, small enough to flow.</summary>
    public const int TargetBytes = 384 * 1024;

    public const int MaxRows = 64 * 1024;

    /// <summary>The most that is added at once, but for a single row: a chunk of 2,048 rows of 1 MiB must not become one batch.</summary>
    private const int PieceBytes = 2 * TargetBytes;

    private readonly Schema _schema;
    private readonly ColumnWriter[] _columns;

    public BatchWriter(Schema schema, IReadOnlyList<DuckType> types)
    {
        _schema = schema;
        _columns = [.. types.Zip(schema.FieldsList, (type, field) => ColumnWriters.For(type, field.DataType))];
    }

    public int Rows { get; private set; }

    public bool IsFull => Rows >= MaxRows || ByteCount >= TargetBytes;

    /// <summary>Bytes gathered so far, about.</summary>
    public long ByteCount
    {
        get
        {
            long bytes = 0;
            foreach (var column in _columns)
                bytes += column.ByteCount;
            return bytes;
        }
    }

    /// <summary>Adds rows of the chunk from one on: all, or as many as are not too large together.</summary>
    /// <returns>The next row that is to be added.</returns>
    public int Append(DuckDBDataChunk chunk, int from)
    {
        var rows = checked((int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk)) - from;
        while (rows > 1 && Measure(chunk, from, rows) > PieceBytes)
            rows /= 2;
        for (var i = 0; i < _columns.Length; i++)
            _columns[i].Append(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i), from, rows);
        Rows += rows;
        return from + rows;
    }

    /// <param name="left">Called when the batch is disposed.</param>
    public RecordBatch Take(Action left)
    {
        var memory = new PooledMemory();
        var columns = new IArrowArray[_columns.Length];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = ArrowArrayFactory.BuildArray(_columns[i].Finish(memory));
        var batch = new PooledRecordBatch(_schema, columns, Rows, memory, left);
        Rows = 0;
        return batch;
    }

    private long Measure(DuckDBDataChunk chunk, int from, int rows)
    {
        long bytes = 0;
        for (var i = 0; i < _columns.Length; i++)
            bytes += _columns[i].Measure(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i), from, rows);
        return bytes;
    }

    public void Dispose()
    {
        foreach (var column in _columns)
            column.Release();
    }
}
