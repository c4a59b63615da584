using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>A range that this worker holds. Every write for it names the node, the incarnation and the epoch.</summary>
/// <param name="EndBlock">Last block; null for the head range.</param>
/// <param name="NextBlock">First block that was not registered when the lease was granted.</param>
public sealed record RangeLease(
    long RangeId, long JobId, WorkerIdentity Worker, long Epoch, ulong StartBlock, ulong? EndBlock, bool IsHead, ulong NextBlock)
{
    /// <summary>True of the row only while nobody else can have it; the row's lock then keeps it so until the commit.</summary>
    public const string Fence = $"""
        id = @range and state = 'LEASED' and node_id = @node and incarnation = @incarnation and epoch = @epoch
            and (lease_expires_at > now() or {LeaseTerms.JustStartedSql})
        """;

    public void AddFence(NpgsqlCommand command)
    {
        command.Parameters.AddWithValue("range", RangeId);
        command.Parameters.AddWithValue("node", Worker.NodeId);
        command.Parameters.AddWithValue("incarnation", Worker.Incarnation);
        command.Parameters.AddWithValue("epoch", Epoch);
    }
}
