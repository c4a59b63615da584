using Apache.Arrow;

namespace Amp.Query.Execution.Columns;

/// <summary>A batch over pooled arrays. After its disposal its columns must not be read.</summary>
internal sealed class PooledRecordBatch(Schema schema, IReadOnlyList<IArrowArray> columns, int length, PooledMemory memory, Action left)
    : RecordBatch(schema, columns, length)
{
    private bool _disposed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _disposed)
            return;
        _disposed = true;
        memory.Return();
        left();
    }
}
