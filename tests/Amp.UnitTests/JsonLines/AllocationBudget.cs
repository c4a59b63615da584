using Amp.Query.Execution;
using Amp.Server.JsonLines;
using Amp.UnitTests.Query;
using Apache.Arrow;

namespace Amp.UnitTests.JsonLines;

public sealed class AllocationBudget
{
    // Handles of pinned buffers, the array views of the columns: nothing that grows with the rows.
    private const long BytesABatch = 4_096;

    [Fact]
    public async Task A_batch_is_encoded_without_allocating_by_row()
    {
        using var engine = NoTables.Engine();
        await using var query = await engine.PlanAsync(
            "select range as i, range::ubigint as u, range::decimal(38,0) as d, sha256(range::varchar) as t, unhex(sha256(range::varchar)) as b, to_timestamp(range) as s, range % 2 = 0 as f from range(60000)",
            TestContext.Current.CancellationToken);
        var encoder = new JsonLinesEncoder(query.Schema);
        var batches = new List<RecordBatch>();
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
            batches.Add(batch);

        // The first round fills the pools.
        foreach (var batch in batches)
            encoder.Encode(batch).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var batch in batches)
            encoder.Encode(batch).Dispose();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / batches.Count;
        foreach (var batch in batches)
            batch.Dispose();
        Assert.InRange(each, 0, BytesABatch);
    }
}
