using Amp.Query.Execution;
using Amp.Query.Execution.Columns;
using Amp.Server.JsonLines;
using Apache.Arrow;

namespace Amp.UnitTests.Query;

/// <summary>Batches of rows of a megabyte: how large one is, and how many bytes lie between the engine and a client that does not read.</summary>
public sealed class WideRowsStayInBounds
{
    private const int Rows = 40;
    private const int RowBytes = 1_000_000;
    private static readonly string _sql = $"select range % {Rows} as g, string_agg(repeat('x', 1000), '') as t from range({Rows * RowBytes / 1000}) group by g";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("t")]
    [InlineData("[t]")]
    [InlineData("{'t': t}")]
    [InlineData("map {g: t}")]
    public async Task A_batch_is_closed_within_a_chunk_of_the_engine(string value)
    {
        using var engine = NoTables.Engine(l => l with { QueryMaxMemMb = 512 });
        await using var query = await engine.PlanAsync($"select {value} as v from ({_sql})", Ct);
        var rows = 0;
        await foreach (var batch in query.ExecuteAsync(Ct))
        {
            using (batch)
                Assert.InRange(BytesOf(batch), RowBytes, (3L * BatchWriter.TargetBytes) + RowBytes);
            rows += batch.Length;
        }

        Assert.Equal(Rows, rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_client_does_not_take_waits_within_bounds_and_comes_when_it_does(bool asLines)
    {
        // The rows together take more than twice as much as may wait.
        var limits = new QueryLimits { DataFolders = [], QueryMaxMemMb = 512 };
        using var engine = NoTables.Engine(l => l with { QueryMaxMemMb = limits.QueryMaxMemMb });
        await using var query = await engine.PlanAsync(_sql, Ct);
        long held = 0;
        var batches = Counted(query.ExecuteAsync(Ct), bytes => Interlocked.Add(ref held, bytes));
        var parts = asLines ? AsLines(query.Schema, batches) : batches.Select(IDisposable (b) => b);
        await using var reader = parts.GetAsyncEnumerator(Ct);
        var kept = new Queue<IDisposable>();
        var (count, most) = (0, 0L);
        for (var more = true; more;)
        {
            // A machine that is so busy that half a second brings nothing shows less, not something else.
            var next = reader.MoveNextAsync().AsTask();
            await Task.WhenAny(next, Task.Delay(500, Ct));
            if (!next.IsCompleted)
            {
                most = Math.Max(most, Interlocked.Exchange(ref held, 0));
                while (kept.TryDequeue(out var part))
                    part.Dispose();
            }

            if (more = await next)
            {
                kept.Enqueue(reader.Current);
                count++;
            }
        }

        Assert.InRange(most, 0, limits.WaitingBytes + RowBytes);
        Assert.Equal(Rows, count);
        foreach (var part in kept)
            part.Dispose();
    }

    [Fact]
    public void The_first_batch_goes_however_large_it_is_and_one_that_waits_hears_that_it_is_to_stop()
    {
        var room = new BatchRoom(batches: 2, bytes: 10);
        room.Take(100, Ct);
        room.Read();
        using var stop = new CancellationTokenSource();
        var second = Task.Run(() => room.Take(1, stop.Token), Ct);
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => second.GetAwaiter().GetResult());
        room.Free(100);
        room.Take(10, Ct);
    }

    private static async IAsyncEnumerable<RecordBatch> Counted(IAsyncEnumerable<RecordBatch> batches, Action<long> count)
    {
        await foreach (var batch in batches)
        {
            count(BytesOf(batch));
            yield return batch;
        }
    }

    private static async IAsyncEnumerable<IDisposable> AsLines(Schema schema, IAsyncEnumerable<RecordBatch> batches)
    {
        await foreach (var lines in new EncodedAnswer(schema, parallelism: 4).EncodeAsync(batches, Ct))
            yield return lines;
    }

    private static long BytesOf(RecordBatch batch) => batch.Arrays.Sum(a => BytesOf(a.Data));

    private static long BytesOf(ArrayData data) => data.Buffers.Sum(b => (long)b.Length) + (data.Children ?? []).Sum(BytesOf);
}
