using System.Collections.Concurrent;
using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Buffers for answers, used again; what is kept without use is bounded.</summary>
internal sealed class AnswerBuffers : IDisposable
{
    private const int KeptBuffers = 32;
    private const int KeptBytesEach = 8 << 20;
    private const long KeptBytes = 24 << 20;

    private readonly ConcurrentBag<NativeBuffer> _free = [];
    private long _kept;
    private volatile bool _disposed;

    public NativeBuffer Rent()
    {
        if (!_free.TryTake(out var buffer))
            return new NativeBuffer();
        Interlocked.Add(ref _kept, -buffer.Capacity);
        return buffer;
    }

    public void Return(NativeBuffer buffer)
    {
        buffer.Clear(KeptBytesEach);
        if (_disposed || _free.Count >= KeptBuffers || Interlocked.Read(ref _kept) + buffer.Capacity > KeptBytes)
        {
            ((IDisposable)buffer).Dispose();
            return;
        }

        Interlocked.Add(ref _kept, buffer.Capacity);
        _free.Add(buffer);
    }

    public void Dispose()
    {
        _disposed = true;
        while (_free.TryTake(out var buffer))
            ((IDisposable)buffer).Dispose();
    }
}
