using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amp.Query.Catalog;
using Amp.Query.Execution.Columns;
using Amp.Query.Execution.Memory;
using Amp.Shared.Faults;
using Apache.Arrow;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>A query that is ready to run, once. It holds its place among the running queries until it is disposed.</summary>
public sealed class PlannedQuery : IAsyncDisposable
{
    /// <summary>Batches that may wait for the consumer: enough that engine and encoder work side by side, little memory.</summary>
    private const int BatchesAhead = 4;

    private readonly DuckPool _pool;
    private readonly DuckInstance _instance;
    private DuckStatement? _statement;
    private readonly IReadOnlyList<DuckType> _types;
    private readonly QueryFiles _files;
    private readonly QueryDeadline _deadline;
    private readonly QueryLimits _limits;
    private int _executed;
    private int _disposed;

    internal PlannedQuery(
        DuckPool pool, DuckInstance instance, DuckStatement? statement, Schema schema, IReadOnlyList<DuckType> types,
        IReadOnlyList<SnapshotRange> ranges, QueryFiles files, QueryDeadline deadline, QueryLimits limits)
    {
        _pool = pool;
        _instance = instance;
        _statement = statement;
        _types = types;
        _files = files;
        _deadline = deadline;
        _limits = limits;
        Schema = schema;
        Ranges = ranges;
    }

    /// <summary>Columns of the answer with the types that its batches have.</summary>
    public Schema Schema { get; }

    /// <summary>The blocks that the query sees, one entry a network and dataset.</summary>
    public IReadOnlyList<SnapshotRange> Ranges { get; }

    /// <summary>The database's time of the catalogue that the query sees; null when it reads no table.</summary>
    public DateTimeOffset? AsOf { get; internal init; }

    /// <summary>The answer, where it is one number that is known without the engine.</summary>
    internal long? Number { get; init; }

    /// <summary>How much it may hold outside of the engine's count, for comparison with other queries.</summary>
    internal double Weight { get; init; }

    /// <summary>What the engine is given.</summary>
    internal string Sql { get; init; } = "";

    /// <summary>
    /// Runs the query and gives its rows in order, in batches of a few hundred kilobytes. The consumer disposes each batch. When the
    /// enumeration is cancelled or left, the engine stops within milliseconds.
    /// </summary>
    public async IAsyncEnumerable<RecordBatch> ExecuteAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        if (Interlocked.Exchange(ref _executed, 1) != 0)
            throw new InvalidOperationException("A planned query runs once.");
        if (Number is { } number)
        {
            yield return new RecordBatch(Schema, [new Int64Array.Builder().Append(number).Build()], 1);
            yield break;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, _deadline.Token);
        await FetchAsync(stop.Token, ct);
        var share = _pool.Memory.Enter(Weight);
        using var stopAll = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, share.Token);
        var room = new BatchRoom(BatchesAhead, _limits.WaitingBytes);
        var batches = Channel.CreateUnbounded<RecordBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var production = new EngineCall<bool>(_instance, () => Produce(batches.Writer, room, share, stopAll.Token), stopAll.Token);
        try
        {
            while (await MoreAsync(batches.Reader, production, share, ct))
            {
                while (batches.Reader.TryRead(out var batch))
                {
                    room.Read();
                    yield return batch;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await production.Left;
            if (production.Result.IsCompleted)
                Drop(batches.Reader);
            else
                _ = production.Result.ContinueWith(_ => Drop(batches.Reader), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return ValueTask.CompletedTask;
        _deadline.Dispose();
        _pool.Return(_instance, Forget);
        return ValueTask.CompletedTask;
    }

    /// <summary>Frees the statement and leaves the engine as it is.</summary>
    internal void Forget()
    {
        _statement?.Dispose();
        _files.Dispose();
    }

    private static void Drop(ChannelReader<RecordBatch> batches)
    {
        while (batches.TryRead(out var left))
            left.Dispose();
    }

    private async Task FetchAsync(CancellationToken stop, CancellationToken ct)
    {
        try
        {
            await _files.FetchAllAsync(stop);
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            throw _deadline.Fault();
        }
    }

    private async ValueTask<bool> MoreAsync(ChannelReader<RecordBatch> batches, EngineCall<bool> production, MemoryShare share, CancellationToken ct)
    {
        try
        {
            var more = batches.WaitToReadAsync(CancellationToken.None).AsTask();
            await Task.WhenAny(more, production.Left);
            return more.IsCompleted || production.Result.IsCompleted ? await more : throw new OperationCanceledException("The query is left.");
        }
        catch (Exception e) when (e is OperationCanceledException or AmpException { Code: ErrorCode.QueryCancelled })
        {
            if (share.IsStopped)
                throw _pool.Memory.Fault();
            if (_deadline.Token.IsCancellationRequested)
                throw _deadline.Fault();
            ct.ThrowIfCancellationRequested();
            throw;
        }
    }

    private bool Produce(ChannelWriter<RecordBatch> batches, BatchRoom room, MemoryShare share, CancellationToken stop)
    {
        using var _ = share;
        try
        {
            stop.ThrowIfCancellationRequested();
            if (_files.IsSampled)
                PrepareAnew();
            using var stream = _statement!.Stream();
            using var writer = new BatchWriter(Schema, _types);
            long rows = 0;
            while (stream.Next() is { } chunk)
            {
                using (chunk)
                {
                    var all = checked((int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk));
                    for (var row = 0; row < all;)
                    {
                        var next = writer.Append(chunk, row);
                        rows += next - row;
                        row = next;
                        if (_limits.MaxRows > 0 && rows > _limits.MaxRows)
                            throw TooManyRows();
                        if (writer.IsFull)
                            Send();
                    }
                }
            }

            if (writer.Rows > 0)
                Send();
            batches.Complete();

            void Send()
            {
                var bytes = writer.ByteCount;
                room.Take(bytes, stop);
                batches.TryWrite(writer.Take(() => room.Free(bytes)));
            }
        }
        catch (Exception e)
        {
            if (e is AmpException { Code: ErrorCode.ExecutionError or ErrorCode.SegmentGone })
                _files.Doubt();
            batches.Complete(e);
        }

        return true;
    }

    /// <summary>What was planned sees one file of each kind; a statement keeps the files that it was prepared with.</summary>
    private void PrepareAnew()
    {
        _files.ShowAll(_instance);
        var whole = _instance.Prepare(Sql);
        _statement?.Dispose();
        _statement = whole;
    }

    private AmpException TooManyRows() => new(
        ErrorCode.ResourcesExhausted,
        string.Create(CultureInfo.InvariantCulture, $"The answer has more than {_limits.MaxRows} rows (query_max_rows): add a LIMIT or a narrower WHERE."));
}
