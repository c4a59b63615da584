namespace Amp.Shared.Metadata;

/// <summary>PostgreSQL channels. A notification is a hint to look now; the tables are the truth.</summary>
public static class NotifyChannels
{
    /// <summary>A job was deployed, asked to stop, planned or ended; payload: the job's id.</summary>
    public const string Jobs = "amp_jobs";

    /// <summary>Segments were registered or taken out of the canonical chain; payload: <c>namespace/name</c>.</summary>
    public const string Segments = "amp_segments";

    /// <summary>Datasets, manifests, tags or revisions changed; payload: <c>namespace/name</c>.</summary>
    public const string Datasets = "amp_datasets";
}
