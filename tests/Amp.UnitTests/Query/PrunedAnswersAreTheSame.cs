using System.Globalization;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.UnitTests.Query;

/// <summary>Random joins over tables of several files, answered once from all files and once from those that the query's bounds leave.</summary>
public sealed class PrunedAnswersAreTheSame(ITestOutputHelper output) : IDisposable
{
    private const int Queries = 100;
    private const int Files = 5;
    private const int BlocksAFile = 3;

    private static readonly string[] _datasets = ["a/x", "b/y", "c/z"];
    private static readonly Schema _columns = new(
        [new Field("_block_num", UInt64Type.Default, false), new Field("block_num", UInt64Type.Default, false), new Field("k", Int32Type.Default, true)], null);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("amp-pruned-");
    private int _left;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task With_and_without_pruning()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Write(random);
        using var whole = Engine(prunes: false);
        using var pruned = Engine(prunes: true);
        var answers = 0;
        for (var i = 0; i < Queries; i++)
        {
            var sql = new RandomJoin(random, _datasets, Files * BlocksAFile).Sql();
            var expected = await AnswerAsync(whole, sql);
            if (expected is null)
                continue;
            var actual = await AnswerAsync(pruned, sql);
            Assert.True(expected == actual, $"seed {seed}: {expected} without and {actual} with pruning: {sql}");
            answers += expected.StartsWith("0 ", StringComparison.Ordinal) ? 0 : 1;
        }

        output.WriteLine($"{answers} answers with rows; {_left} of {Queries} queries left files out");

        // Otherwise nothing was tried.
        Assert.InRange(answers, Queries / 8, Queries);
        Assert.InRange(_left, Queries / 8, Queries);
    }

    private void Write(Random random)
    {
        Assert.Equal(DuckDBState.Success, NativeMethods.Startup.DuckDBOpen(":memory:", out var database));
        using (database)
        using (var writer = new DuckConnection(database, new DuckFaults(new QueryLimits { DataFolders = [] })))
        {
            foreach (var dataset in _datasets)
            {
                for (var file = 0; file < Files; file++)
                {
                    // Some blocks have no rows, so that outer joins have rows without a partner.
                    writer.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                        copy (select b::ubigint as _block_num, b::ubigint as block_num, case when hash(b, i, {random.Next()}) % 4 = 0 then null else (hash(b, i, {random.Next()}) % 3)::int end as k
                        from range({file * BlocksAFile}, {(file + 1) * BlocksAFile}) t(b), range(3) u(i) where hash(b, i, {random.Next()}) % 3 > 0) to '{PathOf(dataset, file)}' (format parquet)
                        """));
                }
            }
        }
    }

    private string PathOf(string dataset, int file) => Path.Combine(_folder.FullName, $"{dataset.Replace('/', '-')}-{file}.parquet");

    private QueryEngine Engine(bool prunes) => new(
        (questions, _) =>
        {
            var snapshots = questions.Select(q => new TableSnapshot(_columns, [.. FilesOf(q.Table.Schema, prunes ? q.Blocks : new BlockRange(0, ulong.MaxValue))], null)).ToList();
            _left += snapshots.Exists(s => s.Files.Count < Files) ? 1 : 0;
            return Task.FromResult<IReadOnlyList<TableSnapshot>>(snapshots);
        },
        new QueryLimits { DataFolders = [_folder.FullName], Threads = 1 },
        TimeProvider.System);

    private IEnumerable<SnapshotFile> FilesOf(string dataset, BlockRange blocks)
    {
        var columns = _columns.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        for (var file = 0; file < Files; file++)
        {
            var (start, end) = ((ulong)(file * BlocksAFile), (ulong)((file + 1) * BlocksAFile) - 1);
            if (start <= blocks.End && end >= blocks.Start)
                yield return new SnapshotFile(PathOf(dataset, file), start, end, end, columns);
        }
    }

    /// <returns>Null where the engine has no such join: one with EXISTS in its ON, for example.</returns>
    private static async Task<string?> AnswerAsync(QueryEngine engine, string sql)
    {
        PlannedQuery planned;
        try
        {
            planned = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        }
        catch (AmpException e) when (e.Message.StartsWith("Not implemented Error", StringComparison.Ordinal))
        {
            return null;
        }

        await using var query = planned;
        using var batch = await query.ExecuteAsync(TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{((Int64Array)batch.Column(0)).GetValue(0)} {((StringArray)batch.Column(1)).GetString(0)}");
    }
}
