using Amp.Query.Catalog;
using Amp.Query.Execution;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>An engine whose only dataset is <c>ns/d</c> with the empty table <c>t (_block_num, a, b, "Mixed")</c>.</summary>
internal static class NoTables
{
    private static readonly Schema _columns = new(
        [
            new Field("_block_num", UInt64Type.Default, false),
            new Field("a", new FixedSizeBinaryType(20), true),
            new Field("b", StringType.Default, true),
            new Field("Mixed", Int32Type.Default, true),
        ],
        null);

    /// <param name="limit">Changes the limits.</param>
    /// <param name="waits">Whether the catalogue never answers.</param>
    public static QueryEngine Engine(Func<QueryLimits, QueryLimits>? limit = null, bool waits = false)
    {
        var limits = new QueryLimits { DataFolders = [Path.Combine(Path.GetTempPath(), "amp-no-such-lake")], Threads = 2 };
        return new QueryEngine(waits ? NeverAsync : Snapshots, limit?.Invoke(limits) ?? limits, TimeProvider.System);
    }

    private static async Task<IReadOnlyList<TableSnapshot>> NeverAsync(IReadOnlyCollection<TableQuestion> questions, CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        return [];
    }

    private static Task<IReadOnlyList<TableSnapshot>> Snapshots(IReadOnlyCollection<TableQuestion> questions, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<TableSnapshot>>(
        [
            .. questions.Select(q => q.Table is { Namespace: "ns", Dataset: "d", Table: "t" } ? new TableSnapshot(_columns, [], null) : throw q.Table.Unknown("it is not there")),
        ]);
}
