using Amp.Query.Sql;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Apache.Arrow;
using Npgsql;

namespace Amp.Query.Catalog;

/// <summary>Reads a dataset's snapshot from the metadata database, and of a snapshot read before only what is new.</summary>
internal sealed class DatasetReader(NpgsqlDataSource database)
{
    // Ids are given out before their transaction commits, so that a lower one may appear after a higher one; of one that comes later still, the marks tell.
    private const long LateIds = 1024;

    private const int MostManifests = 1000;

    private static readonly Dictionary<string, Schema> _noTables = [];

    // Manifests never change: they are stored under the hash of their bytes.
    private readonly BoundedCache<IReadOnlyDictionary<string, Schema>> _manifests = new(MostManifests);

    public async Task<DatasetSnapshot> ReadAsync(TableReference table, DatasetSnapshot? before, CancellationToken ct)
    {
        var (hash, readAt, tables) = await ReadTablesAsync(table, ct);
        var revisions = (await CatalogSql.ReadRevisionsAsync(database, table.Namespace, table.Dataset, hash, ct))
            .Where(r => tables.ContainsKey(r.Table)).ToList();
        var known = (before?.Chains.Values ?? []).ToDictionary(c => c.RevisionId);
        var unchanged = revisions.Where(r => known.TryGetValue(r.Id, out var chain) && chain.IsMarked(r)).ToList();
        var changed = revisions.Except(unchanged).ToList();
        var chains = unchanged.ToDictionary(r => r.Table, r => known[r.Id]);
        foreach (var (revisionRead, chain) in await ChainsAsync(changed, revisions, known, ct))
            chains[revisionRead.Table] = chain;
        return DatasetSnapshot.Of(hash, readAt, tables, chains);
    }

    /// <summary>The manifest that a table's dataset has now, and the columns of all its tables.</summary>
    public async Task<(string ManifestHash, DateTimeOffset ReadAt, IReadOnlyDictionary<string, Schema> Tables)> ReadTablesAsync(TableReference table, CancellationToken ct)
    {
        var revision = RevisionOf(table);
        var (tags, readAt) = await CatalogSql.ReadTagsAsync(database, table.Namespace, table.Dataset, ct)
            ?? throw table.Unknown($"dataset {table.Namespace}/{table.Dataset} is not known");
        var hash = new DatasetTags(tags).Resolve(revision)
            ?? throw table.Unknown($"dataset {table.Namespace}/{table.Dataset} has no revision {table.Revision ?? "latest or dev"}");
        return (hash, readAt, await TablesAsync(hash, ct));
    }

    /// <summary>
    /// A page of the datasets that a query can name without a revision, in the order of their names, and the name after which the next begins;
    /// null when there is none.
    /// </summary>
    public async Task<(IReadOnlyList<ListedDataset> Datasets, (string Namespace, string Name)? Next)> ListAsync(
        (string Namespace, string Name)? after, int pageSize, Func<string, bool> isWanted, bool withTables, CancellationToken ct)
    {
        var page = await DatasetReading.ListAsync(database, after, pageSize, ct);
        var wanted = page.Where(d => isWanted(d.FullName))
            .Select(d => (d.FullName, Hash: (d.Latest ?? d.Dev)?.ManifestHash!)).Where(d => d.Hash is not null).ToList();

        // Whoever browses sees everything, so what is read here is not kept.
        var manifests = withTables
            ? await CatalogSql.ReadManifestsAsync(database, [.. wanted.Select(d => d.Hash).Distinct(StringComparer.Ordinal)], ct)
            : new Dictionary<string, byte[]>();
        var datasets = wanted.Where(d => !withTables || manifests.ContainsKey(d.Hash))
            .Select(d => new ListedDataset(d.FullName, withTables ? ManifestTables.Of(ManifestReader.Read(manifests[d.Hash])) : _noTables));
        return ([.. datasets], page.Count < pageSize ? null : (page[^1].Namespace, page[^1].Name));
    }

    private async Task<List<(CatalogRevision Revision, TableChain Chain)>> ChainsAsync(
        List<CatalogRevision> changed, List<CatalogRevision> all, Dictionary<long, TableChain> known, CancellationToken ct)
    {
        if (changed.Count == 0)
            return [];
        if (changed.TrueForAll(r => known.ContainsKey(r.Id)))
        {
            var after = changed.Min(r => known[r.Id].MaxId) - LateIds;
            var recent = (await CatalogSql.ReadSegmentsAsync(database, [.. changed.Select(r => r.Id)], after, ct)).ToLookup(s => s.RevisionId);
            var grown = changed.Select(r => (Revision: r, Chain: known[r.Id].Grow(r, recent[r.Id], after))).ToList();
            if (grown.TrueForAll(g => g.Chain.IsMarked(g.Revision)))
                return grown;
        }

        // Something else than new rows: all of it, of all tables, as of one moment.
        var segments = (await CatalogSql.ReadSegmentsAsync(database, [.. all.Select(r => r.Id)], 0, ct)).ToLookup(s => s.RevisionId);
        return [.. all.Select(r => (r, TableChain.Of(r, [.. segments[r.Id]])))];
    }

    private async Task<IReadOnlyDictionary<string, Schema>> TablesAsync(string hash, CancellationToken ct)
    {
        if (_manifests.TryGet(hash, out var tables))
            return tables;
        var content = await CatalogSql.ReadManifestAsync(database, hash, ct)
            ?? throw new AmpException(ErrorCode.TableNotFoundError, $"Manifest {hash} is not stored.");
        return _manifests.Set(hash, ManifestTables.Of(ManifestReader.Read(content)));
    }

    private static DatasetRevision? RevisionOf(TableReference table)
    {
        try
        {
            DatasetNames.CheckNamespace(table.Namespace);
            DatasetNames.CheckName(table.Dataset);
            return table.Revision is null ? null : DatasetRevision.Parse(table.Revision);
        }
        catch (AmpException e)
        {
            throw table.Unknown(e.Message);
        }
    }
}
