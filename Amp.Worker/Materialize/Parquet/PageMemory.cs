using System.Collections.Concurrent;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Blocks of memory in which encoded pages wait for the end of their row group: used again, and counted.</summary>
internal sealed class PageMemory
{
    public const int BlockBytes = 32 << 10;

    // What is free beyond it goes to the garbage collector: 16 MB are kept.
    private const int MaxFree = 512;

    private readonly ConcurrentStack<byte[]> _free = [];
    private long _held;

    /// <summary>Memory of pages that wait.</summary>
    public long HeldBytes => Interlocked.Read(ref _held);

    public byte[] Rent()
    {
        var rented = _free.TryPop(out var block) ? block : GC.AllocateUninitializedArray<byte>(BlockBytes);
        Interlocked.Add(ref _held, BlockBytes);
        return rented;
    }

    public void Return(byte[] block)
    {
        Interlocked.Add(ref _held, -BlockBytes);
        if (_free.Count < MaxFree)
            _free.Push(block);
    }
}
