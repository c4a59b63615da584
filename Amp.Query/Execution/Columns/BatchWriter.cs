using Apache.Arrow;
using DuckDB.NET.Native;

namespace Amp.Query.Execution.Columns;

/// <summary>Gathers chunks into batches of a few hundred kilobytes.</summary>
internal sealed class BatchWriter : IDisposable
{
    /// <summary>A batch is closed when it holds this much: large enough to make the cost of a message small, small enough to flow.</summary>
    public const int TargetBytes = 384 * 1024;

    public const int MaxRows = 64 * 1024;

    private readonly Schema _schema;
    private readonly ColumnWriter[] _columns;

    public BatchWriter(Schema schema, IReadOnlyList<DuckType> types)
    {
        _schema = schema;
        _columns = [.. types.Zip(schema.FieldsList, (type, field) => ColumnWriters.For(type, field.DataType))];
    }

    public int Rows { get; private set; }

    public bool IsFull
    {
        get
        {
            if (Rows >= MaxRows)
                return true;
            long bytes = 0;
            foreach (var column in _columns)
                bytes += column.ByteCount;
            return bytes >= TargetBytes;
        }
    }

    public void Append(DuckDBDataChunk chunk)
    {
        var rows = checked((int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk));
        for (var i = 0; i < _columns.Length; i++)
            _columns[i].Append(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i), 0, rows);
        Rows += rows;
    }

    public RecordBatch Take()
    {
        var memory = new PooledMemory();
        var columns = new IArrowArray[_columns.Length];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = ArrowArrayFactory.BuildArray(_columns[i].Finish(memory));
        var batch = new PooledRecordBatch(_schema, columns, Rows, memory);
        Rows = 0;
        return batch;
    }

    public void Dispose()
    {
        foreach (var column in _columns)
            column.Release();
    }
}
