using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>The manifest of a job's dataset version.</summary>
internal sealed class JobManifests(NpgsqlDataSource database)
{
    public async Task<RawManifest> FindAsync(Job job, CancellationToken cancellationToken)
    {
        var bytes = await ManifestStore.FindAsync(database, ManifestHash.Parse(job.ManifestHash), cancellationToken)
            ?? throw new AmpException(ErrorCode.ManifestNotFound, $"the manifest {job.ManifestHash} of {job.Namespace}/{job.Name} is not there any more");
        return ManifestReader.Read(bytes) as RawManifest
            ?? throw new AmpException(ErrorCode.UnsupportedDatasetKind, $"datasets of kind '{job.Kind}' cannot be extracted by this worker");
    }
}
