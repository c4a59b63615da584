namespace Amp.Query.Execution;

/// <summary>
/// How far the engine may run ahead of the client: so many batches that wait to be read, and so many bytes of batches that are not disposed yet. A batch that is
/// larger than that goes alone.
/// </summary>
/// <param name="batches">Batches that may wait.</param>
/// <param name="bytes">Bytes of batches that are not disposed.</param>
internal sealed class BatchRoom(int batches, long bytes)
{
    private readonly object _lock = new();
    private int _waiting;
    private long _held;

    /// <summary>Takes room for a batch; waits until it is there.</summary>
    public void Take(long size, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static room => ((BatchRoom)room!).Change(read: 0, freed: 0), this);
        lock (_lock)
        {
            while (_waiting >= batches || (_held > 0 && _held + size > bytes))
            {
                stop.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }

            _waiting++;
            _held += size;
        }
    }

    /// <summary>A batch was taken by its reader.</summary>
    public void Read() => Change(read: 1, freed: 0);

    /// <summary>A batch was disposed.</summary>
    public void Free(long size) => Change(read: 0, freed: size);

    private void Change(int read, long freed)
    {
        lock (_lock)
        {
            _waiting -= read;
            _held -= freed;
            Monitor.PulseAll(_lock);
        }
    }
}
