using Amp.Query.Cache;
using Amp.Query.Catalog;
using Amp.Query.Functions;
using Amp.Query.Sql;
using Amp.Query.Sql.Bounds;
using Amp.Query.Sql.Dialect;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution;

/// <summary>Plans SQL over the datasets: names resolved, a snapshot pinned, the schema known, no row read yet.</summary>
public sealed class QueryEngine : IDisposable
{
    private readonly Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> _snapshots;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly DuckPool _pool;
    private readonly SegmentCache? _cache;

    /// <param name="catalog">Knows the datasets.</param>
    /// <param name="limits">What queries may use.</param>
    /// <param name="clock">Measures the time that queries take.</param>
    /// <param name="cache">Where the files of a lake in a bucket are brought; null for a lake in a folder.</param>
    public QueryEngine(DatasetCatalog catalog, QueryLimits limits, TimeProvider clock, SegmentCache? cache = null)
        : this(catalog.SnapshotAsync, limits, clock, cache)
    {
    }

    /// <summary>With tables from elsewhere than the metadata database.</summary>
    internal QueryEngine(
        Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> snapshots, QueryLimits limits, TimeProvider clock,
        SegmentCache? cache = null)
    {
        _cache = cache;
        _snapshots = snapshots;
        _limits = limits;
        _clock = clock;
        _pool = new DuckPool(limits, clock);
    }

    /// <summary>Reads, checks and prepares one SELECT. Throws an <see cref="AmpException"/> with the code that a client sees.</summary>
    public Task<PlannedQuery> PlanAsync(string sql, CancellationToken ct) => PlanAsync(sql, notBefore: null, ct);

    /// <param name="sql">The query.</param>
    /// <param name="notBefore">Of another plan: this one sees nothing older than what that one saw (<see cref="PlannedQuery.AsOf"/>).</param>
    /// <param name="ct">Stops the planning.</param>
    public Task<PlannedQuery> PlanAsync(string sql, DateTimeOffset? notBefore, CancellationToken ct) => PlanAsync(sql, notBefore, _snapshots, ct);

    /// <param name="snapshots">What this query's tables are.</param>
    internal async Task<PlannedQuery> PlanAsync(
        string sql, DateTimeOffset? notBefore, Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> snapshots,
        CancellationToken ct)
    {
        var instance = await _pool.TakeAsync(ct);
        var deadline = new QueryDeadline(_limits.Timeout, _clock);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
            return await PlanAsync(instance, sql, notBefore, snapshots, deadline, stop.Token);
        }
        catch (Exception e)
        {
            var isLate = deadline.Token.IsCancellationRequested;
            deadline.Dispose();
            _pool.Return(instance, static () => { });
            if (e is OperationCanceledException or AmpException { Code: ErrorCode.QueryCancelled })
            {
                ct.ThrowIfCancellationRequested();
                if (isLate)
                    throw deadline.Fault();
            }

            throw;
        }
    }

    public void Dispose() => _pool.Dispose();

    private async Task<PlannedQuery> PlanAsync(
        DuckInstance instance, string sql, DateTimeOffset? notBefore,
        Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> tablesOf, QueryDeadline deadline, CancellationToken stop)
    {
        var (parsed, questions) = await new EngineCall<(ParsedQuery, List<TableQuestion>)>(instance, () => Read(instance, sql, notBefore), stop).WaitAsync(_ => { });
        var snapshots = await tablesOf(questions, stop);
        if (CountOfRows.Of(parsed, snapshots) is { } count)
        {
            if (count.Cut.Count == 0)
                return Known(instance, snapshots, count.Name, count.Known, deadline);
            parsed = CountOfRows.Adding(parsed, questions[0].Table, count.Name, count.Known);
            snapshots = [snapshots[0] with { Files = count.Cut }];
        }

        var files = new QueryFiles(ViewsOf(questions, snapshots), _cache);
        try
        {
            await files.FetchSamplesAsync(stop);
            return await new EngineCall<PlannedQuery>(instance, () => Prepare(instance, parsed, questions, snapshots, files, deadline), stop).WaitAsync(p => p.Forget());
        }
        catch (Exception e)
        {
            if (e is AmpException { Code: ErrorCode.ExecutionError or ErrorCode.SegmentGone })
                files.Doubt();
            files.Dispose();
            throw;
        }
    }

    private static List<ViewDefinition> ViewsOf(List<TableQuestion> questions, IReadOnlyList<TableSnapshot> snapshots)
    {
        var views = new List<ViewDefinition>();
        foreach (var (question, snapshot) in questions.Zip(snapshots))
            views.Add(TableView.Of(question.Table, snapshot, views.Sum(v => v.FileLists.Count)));
        return views;
    }

    private static (ParsedQuery Parsed, List<TableQuestion> Questions) Read(DuckInstance instance, string sql, DateTimeOffset? notBefore)
    {
        var parsed = SqlParser.Parse(instance.Connection, sql);
        PlanGuard.Check(parsed);
        var tables = SelectGuard.Check(parsed);
        GrowthGuard.Check(parsed);
        DialectMacros.Check(parsed);
        var (bounds, own) = (BlockBounds.Of(parsed, ownOnly: false), BlockBounds.Of(parsed, ownOnly: true));
        return (EvmCalls.Bind(parsed, instance.FunctionFor, text => SqlParser.Tree(instance.Connection, text)), [.. tables.Select(t => new TableQuestion(t, bounds.For(t), notBefore) { OwnBlocks = own.For(t) })]);
    }

    private PlannedQuery Prepare(
        DuckInstance instance, ParsedQuery parsed, List<TableQuestion> questions, IReadOnlyList<TableSnapshot> snapshots,
        QueryFiles files, QueryDeadline deadline)
    {
        ComparedTypes.Check(parsed, (schema, table) => SchemaOf(questions, snapshots, schema, table));
        files.ShowSamples(instance);
        var statement = instance.Prepare(parsed.Sql.Text);
        try
        {
            return Plan(instance, statement, parsed, questions, snapshots, files, deadline);
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    private PlannedQuery Plan(
        DuckInstance instance, DuckStatement statement, ParsedQuery parsed, List<TableQuestion> questions,
        IReadOnlyList<TableSnapshot> snapshots, QueryFiles files, QueryDeadline deadline)
    {
        if (!statement.IsSelect)
            throw new AmpException(ErrorCode.InvalidPlan, "Only SELECT (with WITH, UNION, VALUES …) can be run: this is another statement.");
        QuotedNames.Check(parsed, snapshots.Select(s => s.Columns));
        var columns = statement.Columns().Select(c => (Name: instance.AsWritten(c.Name), c.Type)).ToList();
        if (columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new AmpException(ErrorCode.InvalidPlan, $"Two columns of the answer are called \"{twice.Key}\": give one of them another name with AS.");
        var origins = OutputColumns.Of(parsed, (schema, table) => SchemaOf(questions, snapshots, schema, table));
        if (origins?.Count != columns.Count)
            origins = [.. columns.Select(c => OutputColumn.Computed(c.Name))];
        var fields = columns.Zip(origins, (c, o) => new Field(c.Name, ArrowTypes.For(c.Name, c.Type, o.Type), o.Nullable));
        return new PlannedQuery(_pool, instance, statement, new Schema([.. fields], null), [.. columns.Select(c => c.Type)], RangesOf(snapshots), files, deadline, _limits)
        {
            AsOf = snapshots.Max(s => s.ReadAt),
            Sql = parsed.Sql.Text,
            Weight = UncountedState.Of(parsed, snapshots),
        };
    }

    /// <summary>An answer of one number that takes no engine.</summary>
    private PlannedQuery Known(DuckInstance instance, IReadOnlyList<TableSnapshot> snapshots, string name, long number, QueryDeadline deadline) =>
        new(_pool, instance, null, new Schema([new Field(name, Int64Type.Default, true)], null), [], RangesOf(snapshots), new QueryFiles([], _cache), deadline, _limits)
        {
            AsOf = snapshots.Max(s => s.ReadAt),
            Number = number,
        };

    private static List<SnapshotRange> RangesOf(IReadOnlyList<TableSnapshot> snapshots) => [.. snapshots.Select(s => s.Range).OfType<SnapshotRange>().Distinct()];

    private static Schema? SchemaOf(List<TableQuestion> questions, IReadOnlyList<TableSnapshot> snapshots, string schema, string table)
    {
        var index = questions.FindIndex(q => Relation.Same(q.Table.Schema, schema) && Relation.Same(q.Table.Table, table));
        return index < 0 ? null : snapshots[index].Columns;
    }
}
