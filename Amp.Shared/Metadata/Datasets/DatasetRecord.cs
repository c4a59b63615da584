using Amp.Shared.Datasets;

namespace Amp.Shared.Metadata.Datasets;

/// <summary>A dataset with its tags: what each version and <c>dev</c> name.</summary>
public sealed record DatasetRecord(string Namespace, string Name, IReadOnlyList<DatasetTag> Tags)
{
    public const string DevTag = "dev";

    /// <summary>The versions, highest first.</summary>
    public IReadOnlyList<DatasetTag> Versions { get; } =
        [.. Tags.Where(t => t.Version is not null).OrderByDescending(t => t.Version).ThenByDescending(t => t.Tag, StringComparer.Ordinal)];

    public DatasetTag? Latest => Versions.Count > 0 ? Versions[0] : null;

    public DatasetTag? Dev => Tags.FirstOrDefault(t => string.Equals(t.Tag, DevTag, StringComparison.Ordinal));

    public string FullName => $"{Namespace}/{Name}";
}

/// <summary>A name of a manifest within a dataset: a version, or <c>dev</c>.</summary>
public sealed record DatasetTag(string Tag, string ManifestHash, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Null for <c>dev</c>.</summary>
    public DatasetVersion? Version { get; } = DatasetVersion.TryParse(Tag, out var version) ? version : null;
}

/// <summary>One manifest of a dataset, found by a revision.</summary>
/// <param name="Revision">As it was asked.</param>
/// <param name="Content">The canonical bytes.</param>
public sealed record ResolvedDataset(string Namespace, string Name, DatasetRevision Revision, string ManifestHash, string Kind, byte[] Content)
{
    public string FullName => $"{Namespace}/{Name}";

    public Manifest ReadManifest() => ManifestReader.Read(Content);
}
