using System.Collections.Concurrent;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>The manifest of a job's dataset version.</summary>
internal sealed class JobManifests(NpgsqlDataSource database)
{
    // What this process has seen to be kept, so that not every range asks the store.
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);

    /// <summary>Keeps the manifest in the lake, with the tags that name it: from there a lost database can be made anew.</summary>
    public async Task KeepAsync(IObjectStore lake, Job job, CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.FindAsync(database, job.Namespace, job.Name, cancellationToken);
        var tags = dataset?.Tags.Where(t => t.ManifestHash == job.ManifestHash).Select(t => (t.Tag, t.UpdatedAt)).ToArray() ?? [];
        var all = $"{job.Namespace}/{job.Name}@{job.ManifestHash}: {string.Join(", ", tags)}";
        if (_kept.ContainsKey(all))
            return;
        var bytes = await ReadAsync(job, cancellationToken);
        await LakeManifests.KeepAsync(lake, job.Namespace, job.Name, ManifestHash.Parse(job.ManifestHash), bytes, tags, cancellationToken);
        _kept[all] = true;
    }

    public async Task<RawManifest> FindAsync(Job job, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(job, cancellationToken);
        return ManifestReader.Read(bytes) as RawManifest
            ?? throw new AmpException(ErrorCode.UnsupportedDatasetKind, $"datasets of kind '{job.Kind}' cannot be extracted by this worker");
    }

    private async Task<byte[]> ReadAsync(Job job, CancellationToken cancellationToken) =>
        await ManifestStore.FindAsync(database, ManifestHash.Parse(job.ManifestHash), cancellationToken)
            ?? throw new AmpException(ErrorCode.ManifestNotFound, $"the manifest {job.ManifestHash} of {job.Namespace}/{job.Name} is not there any more");
}
