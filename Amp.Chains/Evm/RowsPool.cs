using System.Collections.Concurrent;

namespace Amp.Chains.Evm;

/// <summary>Columns that were handed back, to be filled again.</summary>
internal sealed class RowsPool : IDisposable
{
    private readonly ConcurrentBag<EvmRows> _free = [];
    private volatile bool _disposed;

    public EvmRows Rent() => _free.TryTake(out var rows) ? rows : new EvmRows();

    public void Return(EvmRows rows)
    {
        rows.Clear();
        if (_disposed)
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
