using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Shared.Metadata.Merges;

/// <summary>The right to merge segments of one dataset version. Every write for it names the node, the incarnation and the epoch.</summary>
/// <param name="RevisionId">The lowest active revision of the dataset version, which stands for all of them.</param>
/// <param name="Dataset"><c>namespace/name</c>.</param>
/// <param name="ManifestHash">Of the version.</param>
/// <param name="Revisions">The active revisions, by table.</param>
/// <param name="LastSegmentId">The last segment of the dataset version when the lease was granted.</param>
public sealed record MergeLease(long RevisionId, WorkerIdentity Worker, long Epoch, string Dataset, string ManifestHash, IReadOnlyList<Revision> Revisions, long LastSegmentId)
{
    /// <summary>True of the row only while nobody else can have it; the row's lock then keeps it so until the commit.</summary>
    internal const string Fence = $"""
        revision_id = @lease and node_id = @node and incarnation = @incarnation and epoch = @epoch
            and (lease_expires_at > now() or {LeaseTerms.JustStartedSql})
        """;

    internal void AddFence(NpgsqlCommand command)
    {
        command.Parameters.AddWithValue("lease", RevisionId);
        command.Parameters.AddWithValue("node", Worker.NodeId);
        command.Parameters.AddWithValue("incarnation", Worker.Incarnation);
        command.Parameters.AddWithValue("epoch", Epoch);
    }

    internal AmpException Lost() => new(ErrorCode.LeaseLost, $"the lease to merge segments of {Dataset} under epoch {Epoch} is gone");
}
