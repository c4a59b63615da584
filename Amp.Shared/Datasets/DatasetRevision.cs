using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>Which manifest of a dataset is meant: <c>latest</c>, <c>dev</c>, a manifest's hash, or a version, read in this order.</summary>
public abstract record DatasetRevision
{
    private DatasetRevision()
    {
    }

    public static DatasetRevision Latest { get; } = new LatestRevision();

    public static DatasetRevision Dev { get; } = new DevRevision();

    public static DatasetRevision Parse(string text) => text switch
    {
        "latest" => Latest,
        "dev" => Dev,
        _ when ManifestHash.TryParse(text, out var hash) => new HashRevision(hash),
        _ when DatasetVersion.TryParse(text, out var version) => new VersionRevision(version),
        _ => throw new AmpException(
            ErrorCode.InvalidRevision, $"'{text}' is not a revision: latest, dev, a manifest hash (64 hex digits), or a version such as 1.0.0 is needed"),
    };

    public sealed record LatestRevision : DatasetRevision
    {
        public override string ToString() => "latest";
    }

    public sealed record DevRevision : DatasetRevision
    {
        public override string ToString() => "dev";
    }

    public sealed record HashRevision(ManifestHash Hash) : DatasetRevision
    {
        public override string ToString() => Hash.ToString();
    }

    public sealed record VersionRevision(DatasetVersion Version) : DatasetRevision
    {
        public override string ToString() => Version.Text;
    }
}
