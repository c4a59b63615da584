using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Amp.Shared.Metadata.Jobs;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;
using Npgsql;

namespace Amp.Benchmarks.Coordination;

/// <summary>How long work stands still when a worker is killed, a worker leaves or PostgreSQL restarts; and how soon a deploy is taken up.</summary>
[BenchmarkCommand("failover", "deploy to first claim, kill -9 and SIGTERM to claimed elsewhere, PostgreSQL restart to work going on; [runs] [deploy|fresh|kill|term|restart|crash ...]")]
internal sealed class Failover(AmpCluster cluster)
{
    private long _job;
    private int _started = 2;
    private int _deploys;

    public static async Task RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        await using var cluster = await AmpCluster.StartAsync(new()
        {
            OwnPostgres = true,
            Chain = new() { Blocks = 50_000_000, Grade = "load", Arguments = ["--transactions", "2", "--logs", "3"] },
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["writer.segment_flush_interval_secs"] = "1" },
        });
        var failover = new Failover(cluster);
        bool Wants(string part) => args.Length < 2 || args.Skip(1).Contains(part, StringComparer.Ordinal);

        if (Wants("deploy"))
            await failover.MeasureAsync("deploy to first claim", runs, _ => failover.DeployAsync());
        if (Wants("fresh"))
        {
            await failover.MeasureAsync("deploy to first claim, by a worker that has just started", runs, _ => failover.FreshAsync());
            await cluster.StartWorkerAsync("worker-of-two");
        }

        // A node of the usual kind: the workers are not at the limit of the machine while they are watched.
        using (var http = new HttpClient { BaseAddress = cluster.ChainUrl })
        using (var slower = await http.PostAsJsonAsync("admin/conditions", new { latency_ms = 20 }))
            slower.EnsureSuccessStatusCode();

        // One range at a time: of the two workers one is always free to take it.
        await cluster.RegisterAsync("bench/endless@1.0.0");
        failover._job = await cluster.DeployAsync("bench/endless@1.0.0", "50000000", parallelism: 1);
        if (Wants("kill"))
            await failover.MeasureAsync("kill -9 to claimed elsewhere", runs, _ => failover.LoseAsync(w => w.KillAsync()));
        if (Wants("term"))
        {
            await failover.MeasureAsync("SIGTERM to claimed elsewhere", runs, _ => failover.LoseAsync(w => w.StopAsync()));
            Console.WriteLine("of it, after the close of the segment: " + Distribution.Describe(await failover.AfterReleasesAsync()));
        }

        if (Wants("restart"))
            await failover.MeasureAsync("PostgreSQL back after a fast restart, to the next segment", runs, _ => failover.RestartAsync(crash: false));
        if (Wants("crash"))
            await failover.MeasureAsync("PostgreSQL back after a crash, to the next segment", runs, _ => failover.RestartAsync(crash: true));
    }

    private async Task MeasureAsync(string what, int runs, Func<int, Task<TimeSpan>> run)
    {
        using var use = await NodeUse.BeginAsync(cluster.ChainUrl!);
        List<TimeSpan> times = [];
        for (var i = 0; i < runs; i++)
            times.Add(await run(i));
        Console.WriteLine($"{what}: {Distribution.Describe(times)}");
        Console.WriteLine(await use.TellAsync());
        Console.WriteLine("  each: " + string.Join(' ', times.Select(t => t.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture))));
    }

    /// <summary>By the database's clock: the row of the job against the event of its first claim.</summary>
    private async Task<TimeSpan> DeployAsync()
    {
        var reference = string.Create(CultureInfo.InvariantCulture, $"bench/claim_{++_deploys}@1.0.0");
        await cluster.RegisterAsync(reference);
        var job = await cluster.DeployAsync(reference, "100");
        await cluster.WaitForJobAsync(job, "COMPLETED");
        return (TimeSpan)(await cluster.Database.ScalarAsync(
            $"select min(e.created_at) - min(j.created_at) from jobs j join job_events e on e.job_id = j.id where j.id = {job} and e.event_type = '{JobEventType.RangeClaimed}'"))!;
    }

    /// <summary>The same with one worker alone that has done nothing yet.</summary>
    private async Task<TimeSpan> FreshAsync()
    {
        foreach (var worker in cluster.Workers.Values.Where(w => w.IsRunning).ToList())
            await worker.StopAsync();
        await cluster.StartWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"worker-{++_started}"));
        return await DeployAsync();
    }

    private async Task<TimeSpan> LoseAsync(Func<ServiceProcess, Task<int>> end)
    {
        // It has registered something, so that there is something to close, and the other is there to take over.
        await UntilAsync($"select count(*) = 2 from workers where deregistered_at is null and heartbeat_at > now() - interval '2 seconds'");
        var holder = await AskAsync($"select node_id from block_ranges where job_id = {_job} and state = 'LEASED' and next_block > start_block and end_block - next_block > 2000");
        var watch = Stopwatch.StartNew();
        var ended = end(cluster.Workers[(string)holder]);
        await UntilAsync($"select exists (select 1 from block_ranges where job_id = {_job} and state = 'LEASED' and node_id <> '{holder}')");
        var elapsed = watch.Elapsed;
        await ended;
        await cluster.StartWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"worker-{++_started}"));
        return elapsed;
    }

    /// <summary>From the event that gives a range back to the next claim of the job.</summary>
    private async Task<List<TimeSpan>> AfterReleasesAsync()
    {
        await using var command = cluster.Database.DataSource.CreateCommand(
            $"""
            select (select min(c.created_at) from job_events c where c.job_id = r.job_id and c.event_type = '{JobEventType.RangeClaimed}' and c.id > r.id) - r.created_at
            from job_events r where r.job_id = {_job} and r.event_type = '{JobEventType.RangeReleased}'
            """);
        List<TimeSpan> times = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            times.Add(reader.GetTimeSpan(0));
        return times;
    }

    private async Task<TimeSpan> RestartAsync(bool crash)
    {
        await AskAsync($"select node_id from block_ranges where job_id = {_job} and state = 'LEASED' and next_block > start_block");
        if (crash)
            await cluster.Postgres.KillAsync();
        await cluster.Postgres.RestartAsync();
        var watch = Stopwatch.StartNew();
        var last = await AskAsync("select max(id) from segments");
        await UntilAsync($"select exists (select 1 from segments where id > {last})");
        return watch.Elapsed;
    }

    private async Task UntilAsync(string sql)
    {
        while (await AskAsync(sql) is not true)
        {
        }
    }

    /// <summary>Asks until there is an answer, also over a restart of the server.</summary>
    private async Task<object> AskAsync(string sql)
    {
        while (true)
        {
            try
            {
                if (await cluster.Database.ScalarAsync(sql) is { } answer and not DBNull)
                    return answer;
            }
            catch (NpgsqlException)
            {
                // The server comes back.
            }

            await Task.Delay(2);
        }
    }
}
