using Amp.Shared.Datasets;
using Amp.Shared.Metadata.Datasets;

namespace Amp.Controller.Admin.Datasets;

/// <summary>One manifest of a dataset as clients see it.</summary>
public sealed record DatasetInfo(
    string Namespace, string Name, string Revision, string ManifestHash, string Kind, ulong StartBlock, bool FinalizedBlocksOnly, IReadOnlyList<string> Tables)
{
    internal static DatasetInfo From(ResolvedDataset dataset)
    {
        var manifest = dataset.ReadManifest();
        return new DatasetInfo(
            dataset.Namespace,
            dataset.Name,
            dataset.Revision.ToString()!,
            dataset.ManifestHash,
            dataset.Kind,
            manifest.StartBlock,
            manifest is RawManifest { FinalizedBlocksOnly: true },
            Registration.DatasetKinds.TablesOf(manifest));
    }
}
