using System.Diagnostics.CodeAnalysis;
using Amp.Chains.Evm.Rpc;
using Amp.Shared.Chain;

namespace Amp.Chains.Evm;

/// <summary>Downloads of a range that run ahead of their use, as many as the memory allows for them.</summary>
internal sealed class DownloadsAhead(RpcNetwork network, BlockRange range, long maxBytes) : IAsyncDisposable
{
    /// <summary>A request is not made larger than this if it can be helped: the first block of an answer waits for the last.</summary>
    private const long WantedAnswerBytes = 2 << 20;

    private const int DownloadsBeforeSizeIsKnown = 2;

    private readonly Queue<(Task<BlocksWork> Task, int Count)> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _atOnce = Math.Max(2, network.Endpoints.Sum(e => e.Concurrency));
    private readonly int _maxBlocks = Math.Max(1, network.Endpoints.Min(e => e.BatchSize) / 2);
    private ulong _next = range.Start;
    private Task<BlocksWork>? _due;
    private bool _allStarted;
    private double _bytesPerBlock;

    /// <summary>The download that is due next; false at the end of the range.</summary>
    public bool TryNext([NotNullWhen(true)] out Task<BlocksWork>? next, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        while (!_allStarted && (_running.Count == 0 || HasRoom()))
            Start();
        if (!_running.TryDequeue(out var first))
        {
            next = null;
            return false;
        }

        // One more in place of the one that leaves.
        if (!_allStarted && (_running.Count == 0 || HasRoom()))
            Start();
        next = _due = first.Task;
        return true;
    }

    /// <summary>Tells the size of an answer. A larger one counts at once, smaller ones by and by, so that a dense stretch does not fill the memory.</summary>
    public void Learn(BlocksWork work)
    {
        var bytes = (double)work.ByteCount / work.Count;
        _bytesPerBlock = Math.Max(bytes, (0.9 * _bytesPerBlock) + (0.1 * bytes));
    }

    /// <summary>Ends what still runs and gives its memory back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        // The one that is due too: whoever waited for it may have been told to wait no longer.
        if (_due is { } due)
            await EndAsync(due);
        while (_running.TryDequeue(out var running))
            await EndAsync(running.Task);
        _stop.Dispose();
    }

    private static async Task EndAsync(Task<BlocksWork> download)
    {
        await ((Task)download).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (download.IsCompletedSuccessfully)
            (await download).Dispose();
    }

    private bool HasRoom()
    {
        if (_bytesPerBlock == 0)
            return _running.Count < DownloadsBeforeSizeIsKnown;
        if (_running.Count >= _atOnce)
            return false;
        var bytes = _bytesPerBlock * BlocksPerRequest();
        foreach (var (_, count) in _running)
            bytes += _bytesPerBlock * count;
        return bytes <= maxBytes;
    }

    private int BlocksPerRequest() =>
        _bytesPerBlock == 0 ? Math.Min(_maxBlocks, 8) : (int)Math.Clamp(WantedAnswerBytes / _bytesPerBlock, 1, _maxBlocks);

    private void Start()
    {
        var count = (int)Math.Min((ulong)BlocksPerRequest(), range.End - _next + 1);
        _running.Enqueue((FetchAsync(_next, count), count));
        _allStarted = range.End - _next < (ulong)count;
        _next += (ulong)count;
    }

    private async Task<BlocksWork> FetchAsync(ulong first, int count)
    {
        var work = new BlocksWork(first, count, network.Buffers);
        try
        {
            await network.RunAsync(work, _stop.Token);
            return work;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }
}
