using Amp.Query.Catalog;
using Amp.Query.Sql;
using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.Query.Execution;

/// <summary>Plans SQL over the datasets: names resolved, a snapshot pinned, the schema known, no row read yet.</summary>
public sealed class QueryEngine : IDisposable
{
    private readonly Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> _snapshots;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly DuckPool _pool;

    /// <param name="catalog">Knows the datasets.</param>
    /// <param name="limits">What queries may use.</param>
    /// <param name="clock">Measures the time that queries take.</param>
    public QueryEngine(DatasetCatalog catalog, QueryLimits limits, TimeProvider clock)
        : this(catalog.SnapshotAsync, limits, clock)
    {
    }

    /// <summary>With tables from elsewhere than the metadata database.</summary>
    internal QueryEngine(
        Func<IReadOnlyCollection<TableQuestion>, CancellationToken, Task<IReadOnlyList<TableSnapshot>>> snapshots, QueryLimits limits, TimeProvider clock)
    {
        _snapshots = snapshots;
        _limits = limits;
        _clock = clock;
        _pool = new DuckPool(limits);
    }

    /// <summary>Reads, checks and prepares one SELECT. Throws an <see cref="AmpException"/> with the code that a client sees.</summary>
    public async Task<PlannedQuery> PlanAsync(string sql, CancellationToken ct)
    {
        var deadline = new QueryDeadline(_limits.Timeout, _clock);
        var instance = await _pool.TakeAsync(ct);
        try
        {
            var parsed = SqlParser.Parse(instance.Connection, sql);
            var tables = SelectGuard.Check(parsed);
            var questions = tables.Select(t => new TableQuestion(t, null, null)).ToList();
            var snapshots = await _snapshots(questions, ct);
            foreach (var (question, snapshot) in questions.Zip(snapshots))
                instance.CreateView(question.Table.Schema, TableView.SchemaSql(question.Table), TableView.Sql(question.Table, snapshot));
            var statement = instance.Connection.Prepare(parsed.Sql.Text);
            try
            {
                return Plan(instance, statement, snapshots, deadline);
            }
            catch
            {
                statement.Dispose();
                throw;
            }
        }
        catch
        {
            deadline.Dispose();
            _pool.Return(instance);
            throw;
        }
    }

    public void Dispose() => _pool.Dispose();

    private PlannedQuery Plan(DuckInstance instance, DuckStatement statement, IReadOnlyList<TableSnapshot> snapshots, QueryDeadline deadline)
    {
        if (!statement.IsSelect)
            throw new AmpException(ErrorCode.InvalidPlan, "Only SELECT (with WITH, UNION, VALUES …) can be run: this is another statement.");
        var columns = statement.Columns();
        var schema = new Schema([.. columns.Select(c => new Field(c.Name, ArrowTypes.For(c.Name, c.Type, null), nullable: true))], null);
        var ranges = snapshots.Select(s => s.Range).OfType<SnapshotRange>().Distinct().ToList();
        return new PlannedQuery(_pool, instance, statement, schema, [.. columns.Select(c => c.Type)], ranges, deadline, _limits);
    }
}
