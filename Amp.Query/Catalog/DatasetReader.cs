using System.Collections.Concurrent;
using Amp.Query.Sql;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Apache.Arrow;
using Npgsql;

namespace Amp.Query.Catalog;

/// <summary>Reads a dataset's snapshot from the metadata database, and of a snapshot read before only what is new.</summary>
internal sealed class DatasetReader(NpgsqlDataSource database)
{
    // Ids are given out before their transaction commits, so that a lower one may appear after a higher one.
    private const long LateIds = 4096;

    // Manifests never change: they are stored under the hash of their bytes.
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, Schema>> _manifests = [];

    public async Task<DatasetSnapshot> ReadAsync(TableReference table, DatasetSnapshot? before, CancellationToken ct)
    {
        var revision = RevisionOf(table);
        var (tags, readAt) = await CatalogSql.ReadTagsAsync(database, table.Namespace, table.Dataset, ct)
            ?? throw table.Unknown($"dataset {table.Namespace}/{table.Dataset} is not known");
        var hash = new DatasetTags(tags).Resolve(revision)
            ?? throw table.Unknown($"dataset {table.Namespace}/{table.Dataset} has no revision {table.Revision ?? "latest or dev"}");
        var tables = await TablesAsync(hash, ct);
        var revisions = (await CatalogSql.ReadRevisionsAsync(database, table.Namespace, table.Dataset, hash, ct))
            .Where(r => tables.ContainsKey(r.Table)).ToList();
        var known = (before?.Chains.Values ?? []).ToDictionary(c => c.RevisionId);
        var unchanged = revisions.Where(r => known.TryGetValue(r.Id, out var chain) && chain.IsMarked(r)).ToList();
        var changed = revisions.Except(unchanged).ToList();
        var chains = unchanged.ToDictionary(r => r.Table, r => known[r.Id]);
        foreach (var (revisionRead, live) in await LiveAsync(changed, revisions, known, ct))
            chains[revisionRead.Table] = new TableChain(revisionRead.Id, revisionRead.Path, live, CanonicalChain.Compute(live).Segments);
        return DatasetSnapshot.Of(hash, readAt, tables, chains);
    }

    private async Task<List<(CatalogRevision Revision, IReadOnlyList<CatalogSegment> Live)>> LiveAsync(
        List<CatalogRevision> changed, List<CatalogRevision> all, Dictionary<long, TableChain> known, CancellationToken ct)
    {
        if (changed.Count == 0)
            return [];
        var grown = changed.TrueForAll(r => known.ContainsKey(r.Id));
        if (grown)
        {
            var after = changed.Min(r => known[r.Id].MaxId) - LateIds;
            var recent = (await CatalogSql.ReadSegmentsAsync(database, [.. changed.Select(r => r.Id)], after, ct)).ToLookup(s => s.RevisionId);
            var merged = changed.Select(r => (Revision: r, Live: Merge(known[r.Id].Live, recent[r.Id], after))).ToList();
            if (merged.TrueForAll(m => TableChain.IsMarked(m.Live, m.Revision)))
                return merged;
        }

        // Something else than new rows: all of it, of all tables, as of one moment.
        var segments = (await CatalogSql.ReadSegmentsAsync(database, [.. all.Select(r => r.Id)], 0, ct)).ToLookup(s => s.RevisionId);
        return [.. all.Select(r => (r, (IReadOnlyList<CatalogSegment>)[.. segments[r.Id]]))];
    }

    private static IReadOnlyList<CatalogSegment> Merge(IReadOnlyList<CatalogSegment> before, IEnumerable<CatalogSegment> recent, long after) =>
        [.. before.Where(s => s.Id <= after), .. recent];

    private async Task<IReadOnlyDictionary<string, Schema>> TablesAsync(string hash, CancellationToken ct)
    {
        if (_manifests.TryGetValue(hash, out var tables))
            return tables;
        var content = await CatalogSql.ReadManifestAsync(database, hash, ct)
            ?? throw new AmpException(ErrorCode.TableNotFoundError, $"Manifest {hash} is not stored.");
        return _manifests[hash] = ManifestTables.Of(ManifestReader.Read(content));
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
