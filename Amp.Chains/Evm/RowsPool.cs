using System.Collections.Concurrent;

namespace Amp.Chains.Evm;

/// <summary>Columns that were handed back, to be filled again; what is kept without use is bounded.</summary>
internal sealed class RowsPool : IDisposable
{
    // As many as the slots of a worker have under construction, under way and being encoded.
    private const int Kept = 16;

    private readonly ConcurrentBag<EvmRows> _free = [];
    private volatile bool _disposed;

    public EvmRows Rent() => _free.TryTake(out var rows) ? rows : new EvmRows();

    public void Return(EvmRows rows)
    {
        rows.Clear();
        if (_disposed || _free.Count >= Kept)
            rows.Dispose();
        else
            _free.Add(rows);
    }

    public void Dispose()
    {
        _disposed = true;
        while (_free.TryTake(out var rows))
            rows.Dispose();
    }
}
