using System.Collections.Concurrent;
using Amp.Controller.Registration;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Restoring;

/// <summary>
/// Registers what lies in the lake and no row names. Nothing is deleted or changed there, what is registered already stays, and all tables of a dataset
/// come at once.
/// </summary>
internal sealed class LakeRestore(NpgsqlDataSource database, IObjectStore lake)
{
    // Of a folder, to learn of which version it is: the last may be anything that somebody put there.
    private const int FilesAsked = 4;

    /// <summary>Registers the files of one folder.</summary>
    public async Task<RestoredTable> RestoreAsync(Location location, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(location, await NetworkOfAsync(location, cancellationToken), cancellationToken);
        return (await RegisterAsync([found], location.Namespace, location.Name, activate: false, cancellationToken))[0];
    }

    /// <summary>Registers the files of some tables of a dataset version, and makes their folders the ones that queries read.</summary>
    /// <param name="dataset">The version.</param>
    /// <param name="tables">Its tables, or some of them.</param>
    /// <param name="location">Of the only table: this folder; null = the one that is active, else the newest in the lake.</param>
    /// <param name="cancellationToken">Ends it without a trace.</param>
    /// <returns>Those of which there is a folder.</returns>
    public async Task<IReadOnlyList<RestoredTable>> RestoreAsync(
        ResolvedDataset dataset, IReadOnlyList<string> tables, Location? location, CancellationToken cancellationToken)
    {
        var network = (dataset.ReadManifest() as RawManifest)?.Network;
        var found = new List<FoundTable>();
        foreach (var table in tables)
        {
            var known = location ?? await LocationReading.FindActiveAsync(
                database, dataset.Namespace, dataset.Name, dataset.ManifestHash, table, cancellationToken);
            if (known is null && await FindFolderAsync(dataset, table, cancellationToken) is { } path)
                known = new Location(0, dataset.Namespace, dataset.Name, dataset.ManifestHash, table, path, Active: false, WriterJobId: null);
            if (known is not null)
                found.Add(await ReadAsync(known, network, cancellationToken));
        }

        return found.Count > 0
            ? await RegisterAsync(found, dataset.Namespace, dataset.Name, activate: true, cancellationToken)
            : throw new AmpException(
                ErrorCode.LocationNotFound,
                $"the lake has no folder of '{dataset.FullName}', version {dataset.ManifestHash}, with a table of {string.Join(", ", tables)}: "
                + $"it was looked for below {dataset.FullName}/; a folder elsewhere is registered by POST /revisions");
    }

    /// <summary>Registers every dataset of which the lake has a manifest, with what lies there of its tables.</summary>
    public async Task<RestoredCatalog> RestoreAllAsync(CancellationToken cancellationToken)
    {
        var kept = new List<LakeManifest>();
        await foreach (var file in lake.ListAsync(relativeFolder: null, recursive: true, cancellationToken))
        {
            if (LakeManifests.Parse(file.Path) is { } entry)
                kept.Add(entry);
        }

        // What a tag named last is what it names.
        var tags = kept.Where(k => k.Tag is not null).GroupBy(k => (k.Namespace, k.Name, k.Tag)).Select(g => g.MaxBy(k => k.Since)!)
            .ToLookup(k => (k.Namespace, k.Name, k.Hash), k => k.Tag!);
        var (datasets, problems) = (new List<RestoredDataset>(), new List<FileProblem>());
        foreach (var entry in kept.Where(k => k.Tag is null))
        {
            try
            {
                datasets.Add(await RestoreAsync(entry, [.. tags[(entry.Namespace, entry.Name, entry.Hash)]], cancellationToken));
            }
            catch (AmpException e) when (e.Code != ErrorCode.ObjectStoreError && !e.IsRetryable)
            {
                problems.Add(new FileProblem(entry.Path, AmpException.Describe(e)));
            }
        }

        return new RestoredCatalog(datasets, problems);
    }

    private async Task<RestoredDataset> RestoreAsync(LakeManifest entry, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var content = await lake.ReadRangeAsync(entry.Path, 0, ManifestFile.MaxBytes + 1, cancellationToken) ?? [];
        if (ManifestHash.Of(content) != entry.Hash)
            throw new AmpException(ErrorCode.InvalidManifest, $"'{entry.Path}' is damaged: its hash is {ManifestHash.Of(content)}");
        var manifest = ManifestReader.Read(content);
        DatasetKinds.Check(manifest);
        await DatasetRegistration.RestoreAsync(database, entry.Namespace, entry.Name, manifest, tags, cancellationToken);
        var reference = new DatasetReference(entry.Namespace, entry.Name, DatasetRevision.Parse(entry.Hash.ToString()));
        var dataset = await DatasetReading.ResolveAsync(database, reference, cancellationToken);
        try
        {
            return new RestoredDataset(dataset, tags, await RestoreAsync(dataset, DatasetKinds.TablesOf(manifest), location: null, cancellationToken));
        }
        catch (AmpException e) when (e.Code == ErrorCode.LocationNotFound)
        {
            // It was planned, and no segment came of it.
            return new RestoredDataset(dataset, tags, []);
        }
    }

    private async Task<FoundTable> ReadAsync(Location location, string? network, CancellationToken cancellationToken) =>
        new(location, await RevisionFolder.ReadAsync(lake, location.Path, location.Table, network, cancellationToken));

    private async Task<IReadOnlyList<RestoredTable>> RegisterAsync(
        IReadOnlyList<FoundTable> found, string ns, string name, bool activate, CancellationToken cancellationToken)
    {
        var restored = new List<RestoredTable>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var (location, folder) in found)
        {
            var known = location.Id != 0 ? location : location with
            {
                Id = await LocationWrites.PutAsync(
                    connection, location.Namespace, location.Name, location.ManifestHash, location.Table, location.Path, cancellationToken),
            };
            if (activate)
                await LocationWrites.ActivateAsync(connection, known, cancellationToken);
            var registered = await RestoredSegments.RegisterAsync(connection, known.Id, folder.Files, cancellationToken);

            // A collector deletes a file before its row: what it deleted since the folder was read had no row any more, and is not there now.
            var gone = await GoneAsync(registered, cancellationToken);
            await RestoredSegments.ForgetAsync(connection, known.Id, gone, cancellationToken);
            restored.Add(new RestoredTable(known, folder, registered.Count - gone.Count));
        }

        await using (var notify = new NpgsqlCommand($"select pg_notify('{NotifyChannels.Segments}', @dataset)", connection))
        {
            notify.Parameters.AddWithValue("dataset", $"{ns}/{name}");
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return restored;
    }

    private async Task<IReadOnlyCollection<SegmentFile>> GoneAsync(IReadOnlyList<SegmentFile> files, CancellationToken cancellationToken)
    {
        var gone = new ConcurrentBag<SegmentFile>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = RevisionFolder.Readers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files, options, async (file, ct) =>
        {
            if (await lake.FindAsync(file.Stored.Path, ct) is null)
                gone.Add(file);
        });
        return gone;
    }

    /// <summary>The newest folder of a table whose files say that they are of this version, else the newest whose files do not say of which.</summary>
    private async Task<string?> FindFolderAsync(ResolvedDataset dataset, string table, CancellationToken cancellationToken)
    {
        var lastFiles = new SortedDictionary<string, Queue<StoredFile>>(StringComparer.Ordinal);
        await foreach (var file in lake.ListAsync($"{dataset.Namespace}/{dataset.Name}/{table}", recursive: true, cancellationToken))
        {
            if (!file.Path.EndsWith(SegmentFile.Extension, StringComparison.Ordinal))
                continue;
            var folder = file.Path[..file.Path.LastIndexOf('/')];
            if (!lastFiles.TryGetValue(folder, out var last))
                lastFiles[folder] = last = new Queue<StoredFile>(FilesAsked);
            if (last.Count == FilesAsked)
                last.Dequeue();
            last.Enqueue(file);
        }

        // A folder's name begins with the time of its making.
        string? ofUnknownVersion = null;
        foreach (var (folder, files) in lastFiles.Reverse())
        {
            if (await LocationReading.FindAsync(database, folder, cancellationToken) is { } known
                && (known.ManifestHash != dataset.ManifestHash || known.Table != table || known.Namespace != dataset.Namespace || known.Name != dataset.Name))
            {
                continue;
            }

            var hash = await VersionOfAsync(files.Reverse(), cancellationToken);
            if (hash == dataset.ManifestHash)
                return folder;
            if (hash is null)
                ofUnknownVersion ??= folder;
        }

        return ofUnknownVersion;
    }

    /// <summary>By the first of some files that is a segment.</summary>
    private async Task<string?> VersionOfAsync(IEnumerable<StoredFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                return (await SegmentFile.ReadAsync(lake, file, cancellationToken)).Footer.ManifestHash;
            }
            catch (NotASegmentException)
            {
                // Whatever it is, it says nothing of the folder.
            }
        }

        return null;
    }

    private async Task<string?> NetworkOfAsync(Location location, CancellationToken cancellationToken) =>
        await ManifestStore.FindAsync(database, ManifestHash.Parse(location.ManifestHash), cancellationToken) is { } content
            ? (ManifestReader.Read(content) as RawManifest)?.Network
            : null;

    private sealed record FoundTable(Location Location, RevisionFolder Folder);
}

/// <summary>What a restoration of one table's folder did.</summary>
/// <param name="Registered">Files that no row had named.</param>
internal sealed record RestoredTable(Location Location, RevisionFolder Folder, int Registered);

/// <summary>What a restoration of one dataset version did.</summary>
/// <param name="Tags">What names it, as the lake says.</param>
internal sealed record RestoredDataset(ResolvedDataset Dataset, IReadOnlyList<string> Tags, IReadOnlyList<RestoredTable> Tables);

/// <summary>What a restoration of all datasets did.</summary>
/// <param name="Problems">Manifests that could not be restored.</param>
internal sealed record RestoredCatalog(IReadOnlyList<RestoredDataset> Datasets, IReadOnlyList<FileProblem> Problems);
