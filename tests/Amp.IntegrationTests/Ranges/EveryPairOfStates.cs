using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;

namespace Amp.IntegrationTests.Ranges;

/// <summary>What is taken, retried, ended and changed, for every state of a job with every state of its range. Leases, stops and plans: <see cref="EveryHolder"/>.</summary>
public sealed class EveryPairOfStates : IAsyncLifetime
{
    private static readonly string[] _ranges = ["WAITING", "LEASED", "EXPIRED", "DONE", "WAITING HEAD", "LEASED HEAD", "EXPIRED HEAD"];

    private readonly Dictionary<(JobStatus Job, string Range), long> _pairs = [];
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync()
    {
        _jobs = await JobInDatabase.CreateAsync();
        foreach (var status in Enum.GetValues<JobStatus>())
        {
            foreach (var range in _ranges)
            {
                var job = await _jobs.DeployAsync(range.EndsWith("HEAD", StringComparison.Ordinal) ? null : 999);
                await _jobs.ExecuteAsync($"""
                    update jobs set status = '{status.ToWord()}', planned_at = now(), attempts = 1, retry_at = case '{status.ToWord()}' when 'ERROR' then now() end where id = {job};
                    insert into block_ranges (job_id, start_block, end_block, is_head, state, next_block, node_id, incarnation, epoch, lease_expires_at)
                    select {job}, 0, case when head then null else 999 end, head, state, 0, case when state = 'LEASED' then 'gone' end,
                        case when state = 'LEASED' then gen_random_uuid() end, 1, case when state = 'LEASED' then now() + make_interval(secs => lease) end
                    from (values ({(range.EndsWith("HEAD", StringComparison.Ordinal) ? "true" : "false")},
                        '{(range.StartsWith("EXPIRED", StringComparison.Ordinal) ? "LEASED" : range.Split(' ')[0])}',
                        {(range.StartsWith("EXPIRED", StringComparison.Ordinal) ? "-1" : "60")})) as v(head, state, lease)
                    """);
                _pairs.Add((status, range), job);
            }
        }
    }

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task A_range_is_taken_when_it_waits_and_its_job_runs()
    {
        var worker = await _jobs.RegisterAsync("w1");
        var taken = new List<long>();
        while (await _jobs.ClaimAsync(worker, size: 1000) is { } lease)
            taken.Add(lease.JobId);
        AssertPairs((job, range) => job == JobStatus.Running && range.StartsWith("WAITING", StringComparison.Ordinal), taken);
    }

    [Fact]
    public async Task A_job_is_retried_when_it_failed_and_its_time_has_come()
    {
        await _jobs.ExecuteAsync($"update jobs set retry_at = now() + interval '1 minute' where id = {_pairs[(JobStatus.Error, "DONE")]}");
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        AssertPairs((job, range) => job == JobStatus.Error && range != "DONE", await JobChores.RetryDueAsync(connection, default));
    }

    [Fact]
    public async Task A_job_is_looked_at_for_its_end_when_it_runs_and_only_its_head_is_open()
    {
        await _jobs.ExecuteAsync("insert into revisions (namespace, name, manifest_hash, table_name, path, active) select namespace, name, manifest_hash, 'blocks', name, true from jobs");
        AssertPairs(
            (job, range) => job == JobStatus.Running && (range is "DONE" || range.EndsWith("HEAD", StringComparison.Ordinal)),
            (await JobPlanning.FindSettleableAsync(_jobs.Source, default)).Select(s => s.JobId));
    }

    [Fact]
    public async Task A_change_of_state_is_made_as_the_table_of_transitions_says_and_else_tells_the_state()
    {
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        foreach (var ((from, _), job) in _pairs.Where(p => p.Key.Range == "DONE"))
        {
            foreach (var to in Enum.GetValues<JobStatus>())
            {
                await using var transaction = await connection.BeginTransactionAsync();
                var move = await JobStates.MoveAsync(connection, job, to, detail: "{}");
                Assert.Equal(new JobMove(JobTransitions.Allows(from, to), JobTransitions.Allows(from, to) ? to : from), move);
            }
        }
    }

    private void AssertPairs(Func<JobStatus, string, bool> expected, IEnumerable<long> jobs)
    {
        var names = _pairs.ToDictionary(p => p.Value, p => p.Key);
        Assert.Equal(_pairs.Keys.Where(p => expected(p.Job, p.Range)).Order(), jobs.Select(j => names[j]).Order());
    }
}
