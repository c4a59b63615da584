using Amp.Shared.Metadata.Ranges;

namespace Amp.IntegrationTests.Ranges;

/// <summary>Who gets the next range: the statements against the rule written as a function, from one random state to the next.</summary>
public sealed class ClaimOrderTests : IAsyncLifetime
{
    private static readonly string[] _patterns = ["blue-1", "blue-*", "green-*", "blue-", "*"];
    private static readonly string[] _nodes = ["blue-1", "blue-2", "green-1"];

    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_claim_takes_what_the_rule_says(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var pattern = i % 2 == 0 ? null : _patterns[i / 2 % _patterns.Length];
            var job = await _jobs.DeployAsync(random.Next(2) == 0 ? null : 999, parallelism: random.Next(1, 4), workers: null);
            await _jobs.ExecuteAsync(
                $"""
                update jobs set status = '{(random.Next(8) == 0 ? "STOPPING" : "RUNNING")}', planned_at = now() - interval '{random.Next(1000)} s',
                    worker_pattern = {(pattern is null ? "null" : $"'{pattern}'")} where id = {job};
                insert into block_ranges (job_id, start_block, end_block, is_head, state, next_block)
                select {job}, n * 100, n * 100 + 99, false, case n when 0 then 'DONE' else 'WAITING' end, n * 100 from generate_series(0, {random.Next(4)}) n;
                insert into block_ranges (job_id, start_block, is_head, state, next_block) select {job}, 1000, true, 'WAITING', 1000 where {random.Next(2)} = 1
                """);
        }

        var workers = new[] { await _jobs.RegisterAsync(_nodes[0]), await _jobs.RegisterAsync(_nodes[1]), await _jobs.RegisterAsync(_nodes[2]) };
        var leases = new List<RangeLease>();
        var (granted, refused) = (0, 0);
        for (var step = 0; step < 120; step++)
        {
            if (leases.Count > 0 && random.Next(3) == 0)
            {
                var back = leases[random.Next(leases.Count)];
                leases.Remove(back);
                Assert.True(await RangeWrites.ReleaseAsync(_jobs.Source, back, default));
                continue;
            }

            var worker = workers[random.Next(workers.Length)];
            var (head, ordinary) = (random.Next(4) > 0, random.Next(4) > 0);
            var open = await ReadAsync();
            var neighbours = open.Where(_ => random.Next(4) == 0).GroupBy(r => r.Job.Id).ToDictionary(g => g.Key, g => (ulong)g.Last().Start);
            var expected = Rule(open, worker.NodeId, head, ordinary, neighbours);
            var lease = await _jobs.ClaimAsync(worker, size: 0, head, ordinary, neighbours);
            Assert.True(expected == lease?.RangeId, $"seed {seed}, step {step}: {worker.NodeId} took {lease?.RangeId} where the rule says {expected}");
            if (lease is not null)
                leases.Add(lease);
            _ = lease is null ? refused++ : granted++;
        }

        Assert.True(granted > 20 && refused > 0, $"seed {seed} shows nothing: {granted} granted, {refused} refused");
    }

    /// <summary>
    /// The job without a worker that waits longest, then those that this worker works on or has worked on, then the one with the fewest
    /// workers; of that job its head, the neighbour of what the worker has just finished, its own range, the lowest.
    /// </summary>
    private static long? Rule(IReadOnlyList<Range> open, string node, bool head, bool ordinary, IReadOnlyDictionary<long, ulong> neighbours)
    {
        var jobs = from range in open
                   group range by range.Job into job
                   let leased = job.Count(r => r.IsLeased)
                   let mine = job.Any(r => r.IsLeased ? r.Node == node : r.LastNode == node)
                   where job.Key.Runs && Admits(job.Key.Pattern, node) && leased < job.Key.Parallelism && job.Any(r => !r.IsLeased)
                   orderby leased > 0, leased > 0 ? default : job.Max(r => r.Claimed) ?? job.Key.Planned, mine descending, leased, job.Key.Id
                   select job;
        foreach (var job in jobs)
        {
            var onlyHeadIsLeft = job.All(r => r.IsHead);
            var next = job
                .Where(r => !r.IsLeased && (r.IsHead ? head && (job.Key.Parallelism > 1 || onlyHeadIsLeft) : ordinary))
                .OrderByDescending(r => r.IsHead)
                .ThenByDescending(r => neighbours.TryGetValue(job.Key.Id, out var block) && block == (ulong)r.Start)
                .ThenByDescending(r => r.LastNode == node)
                .ThenBy(r => r.Start)
                .FirstOrDefault();
            if (next is not null)
                return next.Id;
        }

        return null;
    }

    private static bool Admits(string? pattern, string node) => pattern switch
    {
        null => true,
        [.. var start, '*'] => node.StartsWith(start, StringComparison.Ordinal),
        _ => node == pattern,
    };

    private async Task<IReadOnlyList<Range>> ReadAsync()
    {
        await using var command = _jobs.Source.CreateCommand(
            """
            select j.id, j.status = 'RUNNING', j.worker_pattern, j.parallelism, j.planned_at,
                r.id, r.is_head, r.state = 'LEASED', r.start_block, r.node_id, r.last_node_id, r.claimed_at
            from jobs j join block_ranges r on r.job_id = j.id where r.state <> 'DONE' order by r.id
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var ranges = new List<Range>();
        while (await reader.ReadAsync())
        {
            ranges.Add(new Range(
                new JobOfRange(reader.GetInt64(0), reader.GetBoolean(1), TextAt(2), reader.GetInt32(3), reader.GetDateTime(4)),
                reader.GetInt64(5), reader.GetBoolean(6), reader.GetBoolean(7), reader.GetInt64(8), TextAt(9), TextAt(10),
                reader.IsDBNull(11) ? null : reader.GetDateTime(11)));
        }

        return ranges;

        string? TextAt(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private sealed record JobOfRange(long Id, bool Runs, string? Pattern, int Parallelism, DateTime Planned);

    private sealed record Range(
        JobOfRange Job, long Id, bool IsHead, bool IsLeased, long Start, string? Node, string? LastNode, DateTime? Claimed);
}
