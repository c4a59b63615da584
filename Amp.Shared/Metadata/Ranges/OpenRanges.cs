using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Finds what is missing of a job and adds it as waiting ranges.</summary>
internal static class OpenRanges
{
    /// <summary>What is neither registered nor open. To be added only while the caller knows that no range was added or ended since.</summary>
    public static async Task<RangePlan> FindMissingAsync(
        NpgsqlConnection connection, long jobId, ulong start, ulong? end, ulong tip, IReadOnlyList<Revision> revisions, CancellationToken cancellationToken)
    {
        // Leases first, segments after: a range that ends between the two is left out by the one or by the other.
        var open = await ReadAsync(connection, jobId, cancellationToken);
        var tables = new List<IReadOnlyCollection<SegmentRow>>();
        foreach (var revision in revisions)
            tables.Add(await SegmentReading.OfRevisionAsync(connection, revision.Id, cancellationToken));

        return Decide(start, end, tip, open, tables);
    }

    /// <summary>The caller holds the job's row.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, long jobId, RangePlan plan, CancellationToken cancellationToken)
    {
        foreach (var range in plan.Ordinary)
            await InsertAsync(connection, jobId, range.Start, range.End, cancellationToken);
        if (plan.Head is { } head)
            await InsertAsync(connection, jobId, head, end: null, cancellationToken);
    }

    /// <summary>The ranges to add. Pure.</summary>
    public static RangePlan Decide<T>(
        ulong start, ulong? end, ulong tip, IReadOnlyList<OpenRange> open, IReadOnlyList<IReadOnlyCollection<T>> tables)
        where T : SegmentInfo
    {
        var headIsOpen = open.Any(r => r.End is null);
        ulong? head = null;
        ulong last;
        if (end is { } fixedEnd)
        {
            last = fixedEnd;
        }
        else
        {
            // What is registered above the tip was read from a node that was further on: the head goes on behind it.
            var registered = tables.SelectMany(t => t).Where(s => s.Start >= start).Select(s => (ulong?)s.End + 1).DefaultIfEmpty(null).Max();
            var next = Math.Max(Math.Max(start, tip + 1), registered ?? 0);
            head = headIsOpen ? null : next;
            var headStart = headIsOpen ? open.First(r => r.End is null).Start : next;
            if (headStart <= start)
                return new RangePlan([], head);
            last = headStart - 1;
        }

        var taken = open.Where(r => r.End is not null).Select(r => new BlockRange(r.Start, r.End!.Value)).ToArray();
        var ordinary = MissingRanges.OfAll(new BlockRange(start, last), tables).SelectMany(r => MissingRanges.Subtract(r, taken));
        return new RangePlan([.. ordinary], head);
    }

    private static async Task<IReadOnlyList<OpenRange>> ReadAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select start_block, end_block from block_ranges where job_id = @job and state <> 'DONE' order by start_block", connection);
        command.Parameters.AddWithValue("job", jobId);
        var open = new List<OpenRange>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            open.Add(new OpenRange((ulong)reader.GetInt64(0), reader.IsDBNull(1) ? null : (ulong)reader.GetInt64(1)));
        return open;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, long jobId, ulong start, ulong? end, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into block_ranges (job_id, start_block, end_block, is_head, state, next_block)
            values (@job, @start, @end, @end is null, 'WAITING', @start)
            """,
            connection);
        command.Parameters.AddWithValue("job", jobId);
        command.Parameters.AddWithValue("start", (long)start);
        command.Parameters.Add(new NpgsqlParameter("end", NpgsqlDbType.Bigint) { Value = end is { } block ? (long)block : DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A range that is not done; without an end it is the head.</summary>
public readonly record struct OpenRange(ulong Start, ulong? End);

/// <summary>Ranges to add to a job.</summary>
/// <param name="Head">Where a head range is to start; null when none is to be added.</param>
public sealed record RangePlan(IReadOnlyList<BlockRange> Ordinary, ulong? Head)
{
    public int Count => Ordinary.Count + (Head is null ? 0 : 1);
}
