using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using Amp.Controller.Registration;
using Amp.Controller.Restoring;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Verifying;

/// <summary>Walks the lake of a dataset version and compares it with the catalogue. Changes nothing on either side.</summary>
internal sealed class LakeVerification(NpgsqlDataSource database, IObjectStore lake)
{
    /// <param name="dataset">The version.</param>
    /// <param name="progress">Counts the files.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="AmpException">The store refuses or does not answer.</exception>
    public async Task<VerificationReport> VerifyAsync(ResolvedDataset dataset, VerificationProgress progress, CancellationToken cancellationToken)
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
        progress.Begin(rows.Values.Sum(r => (long)r.Count));
        var tables = new List<TableReport>();
        foreach (var table in names)
        {
            tables.Add(locations.TryGetValue(table, out var location)
                ? await VerifyAsync(location, rows[location.Id], manifest.StartBlock, progress, cancellationToken)
                : TableReport.Of(table, locationId: null, files: 0, blocks: null, superseded: 0, [LakeProblem.NoRevision(table)]));
        }

        return VerificationReport.Of(tables);
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

    private async Task<TableReport> VerifyAsync(
        Location location, IReadOnlyList<SegmentRow> rows, ulong startBlock, VerificationProgress progress, CancellationToken cancellationToken)
    {
        // After the rows: a file that a row names is published, while one that is published now may have no row yet.
        var stored = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        await foreach (var file in lake.ListAsync(location.Path, recursive: false, cancellationToken))
            stored[file.Path[(file.Path.LastIndexOf('/') + 1)..]] = file;

        var (suspects, unreadable) = (new ConcurrentDictionary<long, LakeProblem>(), new UnreadableFiles());
        var options = new ParallelOptions { MaxDegreeOfParallelism = RevisionFolder.Readers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rows, options, async (row, ct) =>
        {
            if (await CheckAsync(row, location.Table, stored.GetValueOrDefault(row.FileName), unreadable, ct) is { } problem)
                suspects[row.Id] = problem;
            progress.Checked();
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
        return TableReport.Of(
            location.Table, location.Id, rows.Count, chain.IsEmpty ? null : new BlockRange(chain.Segments[0].Start, chain.End!.Value),
            CanonicalChain.Superseded(rows).Count,
            [.. ChainProblems(rows, chain, startBlock), .. problems.OrderBy(p => p.File, StringComparer.Ordinal)]) with
        {
            EndHash = chain.IsEmpty ? null : chain.Segments[^1].Hash,
        };
    }

    private async Task<LakeProblem?> CheckAsync(SegmentRow row, string table, StoredFile? stored, UnreadableFiles unreadable, CancellationToken cancellationToken)
    {
        try
        {
            // A store may list late.
            stored ??= await lake.FindAsync(row.RelativePath, cancellationToken);
            return stored is null ? LakeProblem.Missing(row) : await CheckAsync(row, table, stored, cancellationToken);
        }
        catch (NotASegmentException e)
        {
            return LakeProblem.OtherFile(row, AmpException.Describe(e));
        }
        catch (AmpException e) when (unreadable.IsOneMore())
        {
            return LakeProblem.Unreadable(row, AmpException.Describe(e));
        }
    }

    private async Task<LakeProblem?> CheckAsync(SegmentRow row, string table, StoredFile stored, CancellationToken cancellationToken)
    {
        if (stored.Size != row.ObjectSize)
            return LakeProblem.OtherFile(row, string.Create(CultureInfo.InvariantCulture, $"it has {stored.Size} bytes, {row.ObjectSize} were registered"));
        if (!stored.Is(new StoredFile(row.RelativePath, row.ObjectSize, row.ObjectETag)))
            return LakeProblem.OtherFile(row, $"the store has version {stored.ETag} of it, {row.ObjectETag} was registered");
        var file = await SegmentFile.ReadAsync(lake, stored, cancellationToken);
        return Difference(row, table, file) is { } difference ? LakeProblem.OtherFile(row, difference) : null;
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
        {
            yield return LakeProblem.Empty();
            yield break;
        }

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
