using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;

namespace Amp.IntegrationTests.Ranges;

/// <summary>What is released, settled and planned, for every state of a job and every holder of its range and of its plan.</summary>
public sealed class EveryHolder : IAsyncLifetime
{
    // One job with one range for each combination; its name tells it.
    private const string EveryCombination = """
        insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, continuous, parallelism, planned_at,
            planner_node_id, planner_expires_at)
        select 'every', concat_ws(' ', status, lease, kind, node, planner), repeat('a', 64), 'evm-rpc', 'devnet', status, '{}', 0, kind = 'head', 1, now(),
            case when planner <> 'unplanned' then 'planner' end,
            case planner when 'planning' then now() + interval '1 hour' when 'lapsed' then now() - interval '1 s' end
        from unnest(array['SCHEDULED', 'RUNNING', 'COMPLETED', 'ERROR', 'FATAL', 'STOP_REQUESTED', 'STOPPING', 'STOPPED']) status,
            unnest(array['waiting', 'leased', 'expired', 'done']) lease, unnest(array['head', 'ordinary']) kind, unnest(array['me', 'other']) node,
            unnest(array['unplanned', 'planning', 'lapsed']) planner;
        insert into block_ranges (job_id, start_block, end_block, is_head, state, next_block, node_id, incarnation, epoch, lease_expires_at, last_node_id)
        select id, 0, case when kind = 'ordinary' then 9 end, kind = 'head',
            case lease when 'expired' then 'LEASED' else upper(lease) end, 0,
            case when held then node end, case when held then gen_random_uuid() end, 1,
            case lease when 'leased' then now() + interval '1 hour' when 'expired' then now() - interval '1 s' end,
            case when not held then node end
        from (select id, split_part(name, ' ', 2) as lease, split_part(name, ' ', 3) as kind, split_part(name, ' ', 4) as node,
                split_part(name, ' ', 2) in ('leased', 'expired') as held
              from jobs) every
        """;

    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync()
    {
        _jobs = await JobInDatabase.CreateAsync();
        await _jobs.ExecuteAsync(EveryCombination);
    }

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task A_lease_is_released_when_it_has_expired_whatever_its_job_does()
    {
        var expired = await WhereAsync(s => s.Lease == "expired");
        Assert.Equal(expired, (await _jobs.SweepAsync()).Select(l => l.JobId).Order());
        Assert.Empty(await _jobs.SweepAsync());
        Assert.Equal(
            96L, await _jobs.AskAsync<long>("select count(*) from block_ranges r join jobs j on j.id = r.job_id where state = 'WAITING' and last_node_id = split_part(j.name, ' ', 4) and j.name like '% expired %'"));
    }

    [Fact]
    public async Task A_stop_is_settled_when_no_range_is_leased_and_nobody_plans()
    {
        static bool Stops(Combination s) => s.Job is "STOP_REQUESTED" or "STOPPING" && s.Planner != "planning";
        var idle = await WhereAsync(s => Stops(s) && s.Lease is "waiting" or "done");
        var orphaned = await WhereAsync(s => Stops(s) && s.Lease == "expired");
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        Assert.Equal(idle, (await JobChores.SettleStopsAsync(connection, default)).Order());
        await _jobs.SweepAsync();
        Assert.Equal(orphaned, (await JobChores.SettleStopsAsync(connection, default)).Order());
        Assert.Empty(await JobChores.SettleStopsAsync(connection, default));
    }

    [Fact]
    public async Task A_job_is_planned_when_it_is_scheduled_and_nobody_plans()
    {
        var free = await WhereAsync(s => s is { Job: "SCHEDULED", Planner: "unplanned" or "lapsed" });
        var me = JobInDatabase.Worker("me");
        var taken = new List<long>();
        while (await JobPlanning.TryTakeAsync(_jobs.Source, me, default) is { } lease)
            taken.Add(lease.Job.Id);
        Assert.Equal(free, taken.Order());
    }

    /// <summary>The jobs of which the rule is true, by id.</summary>
    private async Task<long[]> WhereAsync(Func<Combination, bool> rule)
    {
        await using var command = _jobs.Source.CreateCommand("select id, name from jobs order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var jobs = new List<long>();
        var all = 0;
        while (await reader.ReadAsync())
        {
            var words = reader.GetString(1).Split(' ');
            all++;
            if (rule(new Combination(words[0], words[1], words[2] == "head", words[3], words[4])))
                jobs.Add(reader.GetInt64(0));
        }

        Assert.Equal(8 * 4 * 2 * 2 * 3, all);
        return [.. jobs];
    }

    private sealed record Combination(string Job, string Lease, bool IsHead, string Node, string Planner);
}
