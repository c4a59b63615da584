using Amp.Query.Catalog;
using Amp.Shared.Datasets;
using Apache.Arrow;
using Npgsql;

namespace Amp.Query.Execution;

/// <summary>Tells which columns a query answers with. It is read, checked and prepared as queries are, over tables without a row: no file is opened.</summary>
public sealed class SchemaPlanner(NpgsqlDataSource database, QueryLimits limits, TimeProvider clock) : IDisposable
{
    private readonly QueryEngine _engine = new(
        static (_, _) => throw new InvalidOperationException("Tables are named at each planning."), limits with { DataFolders = [], SpillFolder = null, Threads = 1 }, clock);

    /// <param name="sql">The query.</param>
    /// <param name="dependencies">Datasets by what the query calls them; it may name others as queries do.</param>
    /// <param name="ct">Stops the planning.</param>
    public async Task<Schema> PlanAsync(string sql, IReadOnlyDictionary<string, DatasetReference> dependencies, CancellationToken ct)
    {
        await using var planned = await _engine.PlanAsync(sql, notBefore: null, (questions, stop) => TablesAsync(questions, dependencies, stop), ct);
        return planned.Schema;
    }

    public void Dispose() => _engine.Dispose();

    private async Task<IReadOnlyList<TableSnapshot>> TablesAsync(
        IReadOnlyCollection<TableQuestion> questions, IReadOnlyDictionary<string, DatasetReference> dependencies, CancellationToken ct)
    {
        // Of this query alone: who sends SQL here decides which manifests are read.
        var reader = new DatasetReader(database);
        var tables = new List<TableSnapshot>();
        foreach (var question in questions)
        {
            var table = dependencies.TryGetValue(question.Table.Schema, out var meant)
                ? question.Table with { Namespace = meant.Namespace, Dataset = meant.Name, Revision = meant.Revision.ToString() }
                : question.Table;
            tables.Add(new TableSnapshot(table.ColumnsIn((await reader.ReadTablesAsync(table, ct)).Tables), [], Range: null));
        }

        return tables;
    }
}
