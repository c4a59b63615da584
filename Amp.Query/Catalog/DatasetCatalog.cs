using System.Collections.Concurrent;
using Amp.Query.Sql;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Apache.Arrow;
using Npgsql;

namespace Amp.Query.Catalog;

/// <summary>Knows which files a table consists of at this moment.</summary>
public sealed class DatasetCatalog
{
    private readonly NpgsqlDataSource _database;
    private readonly string _root;
    private readonly FileColumns _fileColumns = new();

    // Manifests never change: they are stored under the hash of their bytes.
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, Schema>> _manifests = [];

    /// <param name="database">The metadata.</param>
    /// <param name="root">Folder of the lake.</param>
    public DatasetCatalog(NpgsqlDataSource database, string root)
    {
        _database = database;
        _root = root;
    }

    /// <summary>The snapshots of the tables, in their order, each dataset read once.</summary>
    internal async Task<IReadOnlyList<TableSnapshot>> SnapshotAsync(IReadOnlyCollection<TableQuestion> questions, CancellationToken ct)
    {
        try
        {
            var datasets = new Dictionary<string, DatasetSnapshot>(StringComparer.Ordinal);
            var snapshots = new List<TableSnapshot>();
            foreach (var question in questions)
            {
                if (!datasets.TryGetValue(question.Table.Schema, out var dataset))
                    datasets[question.Table.Schema] = dataset = await DatasetAsync(question.Table, ct);
                snapshots.Add(TableOf(dataset, question));
            }

            return snapshots;
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
        {
            throw new RetryableException(ErrorCode.DatabaseUnavailable, "The metadata database does not answer (metadata_db.url): the query cannot be planned now.", e);
        }
    }

    private async Task<DatasetSnapshot> DatasetAsync(TableReference table, CancellationToken ct)
    {
        var reference = ReferenceOf(table);
        var tags = await CatalogSql.ReadTagsAsync(_database, table.Namespace, table.Dataset, ct)
            ?? throw Unknown(table, $"dataset {table.Namespace}/{table.Dataset} is not known");
        var hash = new DatasetTags(tags).Resolve(reference)
            ?? throw Unknown(table, $"dataset {table.Namespace}/{table.Dataset} has no revision {table.Revision ?? "latest or dev"}");
        var tables = await TablesOfManifestAsync(hash, ct);
        var revisions = await CatalogSql.ReadRevisionsAsync(_database, table.Namespace, table.Dataset, hash, ct);
        var segments = (await CatalogSql.ReadSegmentsAsync(_database, [.. revisions.Select(r => r.Id)], 0, ct)).ToLookup(s => s.RevisionId);
        var chains = revisions.Where(r => tables.ContainsKey(r.Table)).ToDictionary(
            r => r.Table,
            r => new TableChain(r.Id, r.Path, [.. segments[r.Id]], CanonicalChain.Compute([.. segments[r.Id]]).Segments));
        return DatasetSnapshot.Of(tables, chains);
    }

    private async Task<IReadOnlyDictionary<string, Schema>> TablesOfManifestAsync(string hash, CancellationToken ct)
    {
        if (_manifests.TryGetValue(hash, out var tables))
            return tables;
        var content = await CatalogSql.ReadManifestAsync(_database, hash, ct)
            ?? throw new AmpException(ErrorCode.TableNotFoundError, $"Manifest {hash} is not stored.");
        return _manifests[hash] = ManifestTables.Of(ManifestReader.Read(content));
    }

    private TableSnapshot TableOf(DatasetSnapshot dataset, TableQuestion question)
    {
        var table = question.Table;
        if (!dataset.Tables.TryGetValue(table.Table, out var columns))
            throw Unknown(table, $"the dataset has {string.Join(", ", dataset.Tables.Keys.Order(StringComparer.Ordinal))}");
        if (dataset.Range is not { } range || !dataset.Chains.TryGetValue(table.Table, out var chain))
            return new TableSnapshot(columns, [], dataset.Range);
        var highest = Math.Min(question.Blocks.End, range.End);
        var all = columns.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var files = new List<SnapshotFile>();
        foreach (var segment in chain.Segments)
        {
            if (segment.Start > highest || segment.End < question.Blocks.Start)
                continue;
            var path = Path.Combine(_root, chain.Path, segment.FileName);
            files.Add(new SnapshotFile(
                path, segment.Start, segment.End, Math.Min(segment.End, range.End), segment.IsOurs ? all : _fileColumns.Of(path)));
        }

        return new TableSnapshot(columns, files, range);
    }

    private static DatasetRevision? ReferenceOf(TableReference table)
    {
        try
        {
            DatasetNames.CheckNamespace(table.Namespace);
            DatasetNames.CheckName(table.Dataset);
            return table.Revision is null ? null : DatasetRevision.Parse(table.Revision);
        }
        catch (AmpException e)
        {
            throw new AmpException(ErrorCode.TableNotFoundError, $"Table {table.Display} is not known: {e.Message}", e);
        }
    }

    private static AmpException Unknown(TableReference table, string reason) =>
        new(ErrorCode.TableNotFoundError, $"Table {table.Display} is not known: {reason}.");
}
