using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using Amp.Controller.Registration;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Restoring;

/// <summary>Walks the lake of a dataset version and compares it with the catalogue. Changes nothing on either side.</summary>
internal sealed class LakeVerification(NpgsqlDataSource database, IObjectStore lake)
{
    public async Task<VerifiedDataset> VerifyAsync(ResolvedDataset dataset, CancellationToken cancellationToken)
    {
        var manifest = dataset.ReadManifest();
        var names = DatasetKinds.TablesOf(manifest);
        var locations = new Dictionary<string, Location>(StringComparer.Ordinal);
        foreach (var table in names)
        {
            if (await LocationReading.FindActiveAsync(database, dataset.Namespace, dataset.Name, dataset.ManifestHash, table, cancellationToken) is { } location)
                locations[table] = location;
        }

        var rows = await ReadAsync([.. locations.Values], cancellationToken);
        var tables = new List<VerifiedTable>();
        foreach (var table in names)
        {
            tables.Add(locations.TryGetValue(table, out var location)
                ? await VerifyAsync(location, rows[location.Id], manifest.StartBlock, cancellationToken)
                : new VerifiedTable(table, LocationId: null, Files: 0, Blocks: null, [LakeProblem.NoRevision(table)]));
        }

        // A query over several tables sees no further than the one that ends first.
        var ends = tables.Where(t => t.LocationId is not null).Select(t => t.Blocks?.End).ToList();
        return new VerifiedDataset(tables, ends.Distinct().Count() > 1 ? [LakeProblem.UnequalEnds(tables)] : []);
    }

    /// <summary>All of one moment: the tables of a dataset grow together.</summary>
    private async Task<IReadOnlyDictionary<long, IReadOnlyList<SegmentRow>>> ReadAsync(Location[] locations, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, IReadOnlyList<SegmentRow>>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        foreach (var location in locations)
            rows[location.Id] = await SegmentReading.OfRevisionAsync(connection, location.Id, cancellationToken);
        return rows;
    }

    private async Task<VerifiedTable> VerifyAsync(Location location, IReadOnlyList<SegmentRow> rows, ulong startBlock, CancellationToken cancellationToken)
    {
        // After the rows: a file that a row names is published, while one that is published now may have no row yet.
        var stored = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        await foreach (var file in lake.ListAsync(location.Path, recursive: false, cancellationToken))
            stored[file.Path[(file.Path.LastIndexOf('/') + 1)..]] = file;

        var suspects = new ConcurrentDictionary<long, LakeProblem>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = RevisionFolder.Readers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rows, options, async (row, ct) =>
        {
            if (await CheckAsync(row, location.Table, stored.GetValueOrDefault(row.FileName), ct) is { } problem)
                suspects[row.Id] = problem;
        });

        // What was merged and collected since the rows were read is no problem, and neither is a file that went with its row.
        var live = await RetiredSegments.StillLiveAsync(database, [.. suspects.Keys], cancellationToken);
        var problems = suspects.Where(s => live.Contains(s.Key)).Select(s => s.Value).ToList();
        var known = await LocationReading.FileNamesAsync(database, location.Id, [.. stored.Keys], cancellationToken);
        foreach (var (name, file) in stored.Where(f => !known.Contains(f.Key)))
        {
            if (await lake.FindAsync(file.Path, cancellationToken) is not null)
                problems.Add(LakeProblem.Unregistered(name, location.Id));
        }

        var chain = CanonicalChain.Compute(rows);
        return new VerifiedTable(
            location.Table, location.Id, rows.Count, chain.IsEmpty ? null : new BlockRange(chain.Segments[0].Start, chain.End!.Value),
            [.. ChainProblems(rows, chain, startBlock), .. problems.OrderBy(p => p.File, StringComparer.Ordinal)]);
    }

    private async Task<LakeProblem?> CheckAsync(SegmentRow row, string table, StoredFile? stored, CancellationToken cancellationToken)
    {
        if (stored is null)
            return LakeProblem.Missing(row);
        if (stored.Size != row.ObjectSize)
            return LakeProblem.OtherFile(row, string.Create(CultureInfo.InvariantCulture, $"it has {stored.Size} bytes, {row.ObjectSize} were registered"));
        try
        {
            var file = await SegmentFile.ReadAsync(lake, stored, cancellationToken);
            return Difference(row, table, file) is { } difference ? LakeProblem.OtherFile(row, difference) : null;
        }
        catch (AmpException e) when (!e.IsRetryable)
        {
            return LakeProblem.OtherFile(row, AmpException.Describe(e));
        }
    }

    /// <summary>What a file says otherwise than its row; null when they agree. Pure.</summary>
    private static string? Difference(SegmentRow row, string table, SegmentFile file)
    {
        (string What, object Said, object Registered)[] facts =
        [
            ("the table", file.Footer.Table, table),
            ("the network", file.Blocks.Network, row.Network),
            ("the first block", file.Blocks.Start, row.Start),
            ("the last block", file.Blocks.End, row.End),
            ("the last block's hash", file.Blocks.Hash, row.Hash),
            ("the first block's parent hash", file.Blocks.PrevHash, row.PrevHash),
            ("the number of rows", file.RowCount, row.RowCount),
        ];
        var differences = facts.Where(f => !f.Said.Equals(f.Registered))
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.What} is {f.Said} by its footer, {f.Registered} was registered"));
        return string.Join("; ", differences) is { Length: > 0 } all ? all : null;
    }

    /// <summary>Where the chain that queries read has a hole, or does not go on. Pure.</summary>
    private static IEnumerable<LakeProblem> ChainProblems(IReadOnlyList<SegmentRow> rows, CanonicalChain<SegmentRow> chain, ulong startBlock)
    {
        if (chain.End is not { } end)
            yield break;
        var whole = new BlockRange(startBlock, Math.Max(end, rows.Max(r => r.End)));
        foreach (var unread in MissingRanges.Subtract(whole, chain.Segments.Select(s => s.Blocks)))
        {
            var nowhere = MissingRanges.Subtract(unread, rows.Select(r => r.Blocks));
            foreach (var gap in nowhere)
                yield return LakeProblem.Gap(gap);
            foreach (var blocks in MissingRanges.Subtract(unread, nowhere))
                yield return LakeProblem.Unlinked(blocks);
        }
    }
}

/// <summary>What was found of a dataset version.</summary>
/// <param name="Problems">Of its tables together.</param>
internal sealed record VerifiedDataset(IReadOnlyList<VerifiedTable> Tables, IReadOnlyList<LakeProblem> Problems)
{
    public bool IsWhole => Problems.Count == 0 && Tables.All(t => t.Problems.Count == 0);
}

/// <summary>What was found of one table.</summary>
/// <param name="LocationId">The revision that queries read; null when there is none.</param>
/// <param name="Files">Registered segments.</param>
/// <param name="Blocks">Of the chain that queries read.</param>
internal sealed record VerifiedTable(string Table, long? LocationId, int Files, BlockRange? Blocks, IReadOnlyList<LakeProblem> Problems);

/// <summary>Something that is not as it should be.</summary>
/// <param name="File">The file; null when it is about blocks.</param>
/// <param name="Reason">What is the matter.</param>
/// <param name="Mend">What mends it.</param>
internal sealed record LakeProblem(string? File, string Reason, string Mend)
{
    private const string ReadAnew =
        "put the file back from a backup, or have its blocks read again: stop the job, POST /revisions/deactivate for each table of the dataset, and deploy it";

    public static LakeProblem NoRevision(string table) => new(
        null, $"the table '{table}' has no revision that queries read", "deploy the dataset, or restore it: POST …/restore");

    public static LakeProblem Missing(SegmentRow row) => new(row.FileName, "it is registered, and not in the lake", ReadAnew);

    public static LakeProblem OtherFile(SegmentRow row, string difference) => new(row.FileName, difference, ReadAnew);

    public static LakeProblem Unregistered(string name, long location) => new(
        name, "no row names it, and no worker has announced it", $"register it if it is a segment of this table: POST /revisions/{location}/restore; else take it away");

    public static LakeProblem Gap(BlockRange blocks) => new(
        null, $"the blocks {blocks.Start} to {blocks.End} are in no file", "deploy the dataset again: what is missing is read");

    public static LakeProblem Unlinked(BlockRange blocks) => new(
        null, $"the blocks {blocks.Start} to {blocks.End} are there and do not link to the chain before them, so that no query reads them",
        "deploy the dataset again: what does not link is read again");

    public static LakeProblem UnequalEnds(IEnumerable<VerifiedTable> tables) => new(
        null,
        "the tables end at different blocks: " + string.Join(", ", tables.Select(t => $"{t.Table} at {t.Blocks?.End.ToString(CultureInfo.InvariantCulture) ?? "none"}")),
        "deploy the dataset again: what a table lacks is read");
}
