using Amp.Shared.Datasets;

namespace Amp.Query.Catalog;

/// <summary>Which manifests the names of a dataset's revisions mean.</summary>
internal sealed class DatasetTags(IReadOnlyList<(string? Tag, string ManifestHash)> tags)
{
    private const string DevTag = "dev";

    /// <summary>The manifest that a revision means; null = latest, else dev. Null when there is none of that name.</summary>
    public string? Resolve(DatasetRevision? revision) => revision switch
    {
        null => Latest() ?? Tag(DevTag),
        DatasetRevision.LatestRevision => Latest(),
        DatasetRevision.DevRevision => Tag(DevTag),
        DatasetRevision.HashRevision hash => tags.Any(t => t.ManifestHash == hash.Hash.ToString()) ? hash.Hash.ToString() : null,
        DatasetRevision.VersionRevision version => Tag(version.Version.Text),
        _ => null,
    };

    private string? Tag(string tag) => tags.FirstOrDefault(t => t.Tag == tag).ManifestHash;

    private string? Latest() => tags
        .Select(t => t.Tag is not null && DatasetVersion.TryParse(t.Tag, out var version) ? (Tagged?)new Tagged(version, t.ManifestHash) : null)
        .OfType<Tagged>()
        .OrderByDescending(t => t.Version)
        .Select(t => t.ManifestHash)
        .FirstOrDefault();

    private readonly record struct Tagged(DatasetVersion Version, string ManifestHash);
}
