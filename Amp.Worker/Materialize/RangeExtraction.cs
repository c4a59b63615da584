using System.Threading.Channels;
using Amp.Chains.Evm;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Amp.Worker.Coordination;
using Microsoft.Extensions.Logging;

namespace Amp.Worker.Materialize;

/// <summary>Turns the blocks of a held range into registered segments, and decides when a segment closes.</summary>
internal sealed class RangeExtraction(
    HeldLease held, DatasetTables tables, EvmBlockSource source, ExtractionOptions options, SegmentPublisher publisher, WriterSettings settings,
    Func<Task> mayRegister, TimeProvider time, ILogger logger)
{
    private OpenSegment? _segment;
    private long _opened;

    /// <summary>First block that is not registered; of a block that failed, its number.</summary>
    public ulong Next { get; private set; }

    /// <summary>Hash of the block before <see cref="Next"/>; null when nothing was read.</summary>
    public Hash32? LastHash { get; private set; }

    /// <summary>The last segment that was registered; null when none was.</summary>
    public BlockRange? LastSegment { get; private set; }

    /// <summary>Reads and registers blocks of the range.</summary>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    /// <exception cref="AmpException">What the source, the store or the fence said; the blocks before are registered where that is still possible.</exception>
    public async Task<PieceEnd> RunAsync(Piece piece)
    {
        (Next, LastHash) = (piece.Blocks.Start, piece.ParentHash);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, held.Stopping);

        // One batch ahead: rows are made from JSON while the batch before them is encoded.
        var channel = Channel.CreateBounded<BlockRows>(1);
        var producer = ProduceAsync(piece, channel.Writer, reading.Token);
        try
        {
            return await ConsumeAsync(piece, channel.Reader);
        }
        finally
        {
            await reading.CancelAsync();
            while (channel.Reader.TryRead(out var rows))
                rows.Dispose();
            await producer;
            while (channel.Reader.TryRead(out var rows))
                rows.Dispose();
            if (_segment is { } dropped)
                await publisher.DropAsync(dropped);
            _segment = null;
        }
    }

    private async Task<PieceEnd> ConsumeAsync(Piece piece, ChannelReader<BlockRows> reader)
    {
        while (true)
        {
            switch (await NextAsync(reader))
            {
                case Arrival.Rows when reader.TryRead(out var rows):
                    using (rows)
                        await WriteAsync(piece, rows);
                    break;
                case Arrival.FlushDue:
                    await CloseAsync(piece);
                    break;
                case Arrival.StopAsked:
                    await CloseAsync(piece);
                    return PieceEnd.Stopped;
                case Arrival.Nothing:
                    return await EndAsync(piece, reader);
                default:
                    break;
            }
        }
    }

    /// <summary>The source has no more: because all is read, or because of a fault. What is whole is registered in any case.</summary>
    private async Task<PieceEnd> EndAsync(Piece piece, ChannelReader<BlockRows> reader)
    {
        await CloseAsync(piece);
        try
        {
            await reader.Completion;
        }
        catch (AmpException e) when (e.Code == ErrorCode.ReorganisedChain)
        {
            return PieceEnd.Reorganised;
        }

        held.Lost.ThrowIfCancellationRequested();
        return EndOf(piece.Blocks, Next, held.Stopping.IsCancellationRequested);
    }

    /// <summary>How a piece ended whose source has no more and told no fault. Pure.</summary>
    /// <exception cref="AmpException">Blocks are missing that nobody asked to leave out.</exception>
    public static PieceEnd EndOf(BlockRange blocks, ulong next, bool stopping) =>
        next > blocks.End ? PieceEnd.Complete
        : stopping ? PieceEnd.Stopped
        : throw new RetryableException(
            ErrorCode.ProviderAnswerInvalid, $"the blocks {blocks.Start} to {blocks.End} were asked for and block {next} never came");

    private async Task<Arrival> NextAsync(ChannelReader<BlockRows> reader)
    {
        held.Lost.ThrowIfCancellationRequested();
        if (held.Stopping.IsCancellationRequested)
            return Arrival.StopAsked;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, held.Stopping);
        if (_segment is { IsEmpty: false })
        {
            var left = settings.SegmentFlushInterval - time.GetElapsedTime(_opened);
            if (left <= TimeSpan.Zero)
                return Arrival.FlushDue;
            patience.CancelAfter(left);
        }

        try
        {
            return await reader.WaitToReadAsync(patience.Token) ? Arrival.Rows : Arrival.Nothing;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            held.Lost.ThrowIfCancellationRequested();
            return held.Stopping.IsCancellationRequested ? Arrival.StopAsked : Arrival.FlushDue;
        }
        catch (Exception) when (reader.Completion.IsFaulted)
        {
            return Arrival.Nothing;
        }
    }

    private async Task WriteAsync(Piece piece, BlockRows rows)
    {
        if (_segment is null)
        {
            _segment = await publisher.OpenAsync(held, tables, rows.Headers[0].Number);
            _opened = time.GetTimestamp();
        }

        await _segment.WriteAsync(rows);
        if (_segment.Bytes >= settings.Bytes || (settings.Rows > 0 && _segment.Rows >= settings.Rows) || (piece.FirstOfJob && LastSegment is null))
            await CloseAsync(piece);
    }

    private async Task CloseAsync(Piece piece)
    {
        if (_segment is not { IsEmpty: false } segment)
            return;

        // Whether the node is of the chain that the segments are of, and the lake has the manifest.
        await mayRegister();
        _segment = null;
        using (segment)
        {
            var done = piece.EndsRange && segment.Last.Number == piece.Blocks.End;
            await publisher.RegisterAsync(segment, held, tables, done, piece.Tip);
            (Next, LastHash, LastSegment) = (segment.Last.Number + 1, segment.Last.Hash, segment.Blocks);
            WorkerLog.SegmentRegistered(logger, tables.Dataset, segment.Blocks.Start, segment.Blocks.End);
        }
    }

    private async Task ProduceAsync(Piece piece, ChannelWriter<BlockRows> writer, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            await foreach (var rows in source.ReadAsync(piece.Blocks, piece.ParentHash, options, cancellationToken))
            {
                if (writer.TryWrite(rows))
                    continue;
                await WriteAsync(writer, rows, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The consumer has asked for it.
        }
        catch (Exception e)
        {
            fault = e;
        }

        writer.Complete(fault);
    }

    private static async Task WriteAsync(ChannelWriter<BlockRows> writer, BlockRows rows, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(rows, cancellationToken);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private enum Arrival
    {
        Rows,
        Nothing,
        FlushDue,
        StopAsked,
    }
}
