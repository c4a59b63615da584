using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary>The manifest that a path names.</summary>
internal static class ManifestPath
{
    public static async Task<byte[]> FindAsync(NpgsqlDataSource database, ManifestHash hash, CancellationToken cancellationToken) =>
        await ManifestStore.FindAsync(database, hash, cancellationToken)
        ?? throw new AmpException(ErrorCode.ManifestNotFound, $"no manifest {hash} is stored");
}
