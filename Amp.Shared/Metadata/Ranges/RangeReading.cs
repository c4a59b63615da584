using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>What became of a range while its worker could not hear the database.</summary>
public static class RangeReading
{
    /// <summary>The lease with the bounds and the progress of now; null when it is lost.</summary>
    public static async Task<(RangeLease Lease, bool Done)?> FindHeldAsync(NpgsqlDataSource database, RangeLease lease, CancellationToken cancellationToken)
    {
        // A range that is done has no holder; it was this one's when the epoch is still its own.
        await using var command = database.CreateCommand(
            $"""
            select start_block, end_block, next_block, state = 'DONE' from block_ranges
            where ({RangeLease.Fence}) or (id = @range and epoch = @epoch and state = 'DONE' and last_node_id = @node)
            """);
        lease.AddFence(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var now = lease with
        {
            StartBlock = (ulong)reader.GetInt64(0),
            EndBlock = reader.IsDBNull(1) ? null : (ulong)reader.GetInt64(1),
            NextBlock = (ulong)reader.GetInt64(2),
        };
        return (now, reader.GetBoolean(3));
    }
}
