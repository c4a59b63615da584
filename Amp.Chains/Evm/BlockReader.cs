using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm;

/// <summary>Reads one range: downloads run ahead, one task turns their answers into rows in order, the caller takes the batches.</summary>
/// <remarks>One task decodes, as a worker reads as many ranges at once as it has cores; decoding overlaps with the download and with the caller's work.</remarks>
internal sealed class BlockReader(RpcNetwork network, RowsPool pool, BlockRange range, Hash32? parentHash, ExtractionOptions options)
{
    private readonly BlockDecoder _decoder = new();
    private readonly Channel<BlockRows> _batches = Channel.CreateBounded<BlockRows>(
        new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });

    private EvmRows _rows = null!;
    private Hash32? _parent = parentHash;

    public async IAsyncEnumerable<BlockRows> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var decoding = Task.Run(() => DecodeAsync(stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in _batches.Reader.ReadAllAsync(cancel))
                yield return batch;
        }
        finally
        {
            await stop.CancelAsync();
            await decoding;
            while (_batches.Reader.TryRead(out var batch))
                batch.Dispose();
        }
    }

    /// <summary>Never throws: what goes wrong reaches the caller through the channel, after the rows that came before it.</summary>
    private async Task DecodeAsync(CancellationToken cancel)
    {
        _rows = pool.Rent();
        Exception? fault = null;
        try
        {
            await using var downloads = new DownloadsAhead(network, range, options.MaxBytesInFlight);
            while (downloads.TryNext(out var next, cancel))
            {
                using var work = await WaitAsync(next, cancel);
                await DecodeAsync(work, cancel);
                downloads.Learn(work);
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        try
        {
            await HandOnAsync(cancel);
        }
        catch (OperationCanceledException e)
        {
            fault ??= e;
        }

        pool.Return(_rows);
        _batches.Writer.Complete(fault);
    }

    /// <summary>Waits for a download; rows that are ready are handed on meanwhile when it takes long.</summary>
    private async Task<BlocksWork> WaitAsync(Task<BlocksWork> next, CancellationToken cancel)
    {
        while (!next.IsCompleted && _rows.Headers.Count > 0)
        {
            try
            {
                return await next.WaitAsync(options.MaxBatchDelay, network.Time, cancel);
            }
            catch (TimeoutException)
            {
                await HandOnAsync(cancel);
            }
        }

        return await next.WaitAsync(cancel);
    }

    private async Task DecodeAsync(BlocksWork work, CancellationToken cancel)
    {
        for (var i = 0; i < work.Count; i++)
        {
            var number = work.First + (ulong)i;
            if (TryDecode(number, work, i, out var fault))
                await HandOnIfLargeAsync(cancel);
            else
                await DecodeAgainAsync(number, fault, cancel);
        }
    }

    private bool TryDecode(ulong number, BlocksWork work, int index, out AmpException fault)
    {
        try
        {
            _parent = _decoder.Decode(number, work[index], _parent, _rows).Hash;
            fault = null!;
            return true;
        }
        catch (AmpException e)
        {
            fault = e;
            return false;
        }
    }

    /// <summary>Asks for a block again whose answers were wrong: the node may have been between two chains, or another one knows better.</summary>
    private async Task DecodeAgainAsync(ulong number, AmpException fault, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (fault.Code == ErrorCode.ReorganisedChain || attempt >= (fault.IsRetryable ? network.Retry.Attempts : network.Retry.PermanentAttempts))
                throw fault;
            network.Logger.BlockRefused(number, attempt + 1, AmpException.Describe(fault));
            await network.PauseAsync(attempt, fault, cancel);
            using var again = new BlocksWork(number, 1, network.Buffers);
            await network.RunAsync(again, cancel);
            if (TryDecode(number, again, 0, out fault))
                return;
        }
    }

    private ValueTask HandOnIfLargeAsync(CancellationToken cancel) =>
        _rows.MaxRows >= options.MaxBatchRows || _rows.ByteCount >= options.MaxBatchBytes ? HandOnAsync(cancel) : ValueTask.CompletedTask;

    private async ValueTask HandOnAsync(CancellationToken cancel)
    {
        if (_rows.Headers.Count == 0)
            return;
        var batch = _rows.Build(pool.Return);
        _rows = pool.Rent();
        try
        {
            await _batches.Writer.WriteAsync(batch, cancel);
        }
        catch (OperationCanceledException)
        {
            batch.Dispose();
            throw;
        }
    }
}
