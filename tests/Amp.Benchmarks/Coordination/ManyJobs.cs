using System.Globalization;
using Amp.LocalPostgres;
using Amp.TestKit.Postgres;
using Npgsql;

namespace Amp.Benchmarks.Coordination;

/// <summary>What a thousand jobs on twenty workers cost PostgreSQL, and by which plans their statements run.</summary>
[BenchmarkCommand("jobs", "CPU of PostgreSQL under 1,000 active jobs on 20 simulated workers, scans of whole tables, and the plans with --plans")]
internal static class ManyJobs
{
    private const int Jobs = 1_000;
    private const int Workers = 20;
    private const int Slots = 4;
    private static readonly TimeSpan _work = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string[] args)
    {
        var seconds = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var given) ? given : 60;
        var plans = new Plans();

        // Hearts block their threads; of a worker each has one of its own.
        ThreadPool.SetMinThreads(4 * Workers, 4 * Workers);
        await using var postgres = await PostgresCluster.StartAsync(
            new PostgresClusterSettings(Path.Combine(Path.GetTempPath(), $"amp-bench-postgres-{Guid.NewGuid():N}"))
            {
                Durable = false,
                Temporary = true,
                MaxConnections = 400,
                ServerSettings = new Dictionary<string, string>(StringComparer.Ordinal) { ["shared_preload_libraries"] = "pg_stat_statements,auto_explain" },
                Log = plans.Hear,
            });
        await using var database = await TestDatabase.CreateAsync(postgres);
        await database.ScalarAsync(SetUp);
        await database.ScalarAsync("create extension pg_stat_statements");
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(1, Workers).Select(i => new SimulatedWorker(
            database.ConnectionString, string.Create(CultureInfo.InvariantCulture, $"worker-{i}"), Slots, _work)).ToList();
        var running = workers.Select(w => w.RunAsync(stop.Token)).ToList();

        // All slots are taken and all heads are followed; ranges end at different times from now on.
        while (workers.Sum(w => w.Held) < (Workers * Slots) + (Jobs / 2))
        {
            await Task.Delay(100);
            if (running.Find(w => w.IsFaulted) is { } failed)
                await failed;
        }

        await Task.Delay(_work);
        await database.ScalarAsync("select pg_stat_reset(), pg_stat_statements_reset()");
        var (claims, cpu, before) = (workers.Sum(w => w.Claimed), ServerCpu.Of(postgres.ProcessId), await ByKindAsync(database));
        var began = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var (spent, after) = (ServerCpu.Of(postgres.ProcessId) - cpu, await ByKindAsync(database));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"PostgreSQL: {spent / began.Elapsed:P1} of one core, {(workers.Sum(w => w.Claimed) - claims) / began.Elapsed.TotalSeconds:0.0} claims/s, {workers.Sum(w => w.Held)} leases held by {Workers} workers"));
        foreach (var (kind, total) in after)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}: {(total - before.GetValueOrDefault(kind)) / began.Elapsed:P2} of one core"));
        await using (var scans = database.DataSource.CreateCommand("select relname, seq_scan, seq_tup_read, idx_scan, n_live_tup from pg_stat_user_tables where seq_scan > 0 or idx_scan > 0 order by 1"))
        await using (var reader = await scans.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                Console.WriteLine($"  {reader.GetString(0)}: {reader.GetInt64(1)} scans of the table ({reader.GetInt64(2)} rows), {reader.GetValue(3)} by an index, {reader.GetInt64(4)} rows");
        }

        await using (var statements = database.DataSource.CreateCommand(
            "select calls, total_exec_time, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) from pg_stat_statements order by 2 desc limit 12"))
        await using (var reader = await statements.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reader.GetDouble(1) / began.Elapsed.TotalMilliseconds:P2} {reader.GetInt64(0)} calls of {reader.GetDouble(1) / reader.GetInt64(0):0.00} ms: {reader.GetString(2)}"));
        }

        // From now on new connections log the plans of what they run.
        if (args.Contains("--plans"))
        {
            await database.ScalarAsync($"alter database {database.Name} set auto_explain.log_min_duration = 0");
            await new SimulatedWorker(database.ConnectionString, "explained", Slots, _work).RunAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        }

        await stop.CancelAsync();
        foreach (var worker in running)
            await worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        plans.Print();
    }

    /// <summary>Processor time of the server's processes, by the names of their connections.</summary>
    private static async Task<SortedDictionary<string, TimeSpan>> ByKindAsync(TestDatabase database)
    {
        var times = new SortedDictionary<string, TimeSpan>(StringComparer.Ordinal);
        await using var command = database.DataSource.CreateCommand("select application_name, pid from pg_stat_activity where application_name like 'amp-%'");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            times[reader.GetString(0)] = times.GetValueOrDefault(reader.GetString(0)) + ServerCpu.OfProcess(reader.GetInt32(1));
        return times;
    }

    /// <summary>Jobs that run, each with three tables, half of them with a head, all with more to extract than the measurement lasts; workers that have left, uploads under way.</summary>
    private static readonly string SetUp = $"""
        insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, end_block, continuous, parallelism, planned_at, tip_block)
        select 'bench', 'd' || i, md5(i::text), 'evm-rpc', 'net', 'RUNNING', '{"{}"}', 0, case when i % 2 = 0 then 100000000 end, i % 2 = 1, 4, now(), 100000000
        from generate_series(1, {Jobs}) i;
        insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, continuous, parallelism)
        select 'bench', 'd' || i, md5(i::text), 'evm-rpc', 'net', 'COMPLETED', '{"{}"}', 0, false, 4 from generate_series(1, {Jobs}) i, generate_series(1, 10);
        insert into revisions (namespace, name, manifest_hash, table_name, path, active)
        select j.namespace, j.name, j.manifest_hash, t, j.name || '/' || t, true from jobs j, unnest(array['blocks', 'transactions', 'logs']) t where j.status = 'RUNNING';
        insert into block_ranges (job_id, start_block, end_block, state, next_block) select id, 0, 99999999, 'WAITING', 0 from jobs where status = 'RUNNING';
        insert into block_ranges (job_id, start_block, is_head, state, next_block) select id, 100000000, true, 'WAITING', 100000000 from jobs where continuous and status = 'RUNNING';
        insert into block_ranges (job_id, start_block, end_block, state, next_block)
        select j.id, n, n, 'DONE', n + 1 from jobs j, generate_series(1, 50) n where j.status = 'RUNNING';
        insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash)
        select r.id, 's' || n, 1, 'net', n, n, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') from revisions r, generate_series(1, 20) n;
        insert into workers (node_id, incarnation, host, pid, version, slots, deregistered_at)
        select 'gone-' || i, gen_random_uuid(), 'host', 1, '1', 4, now() from generate_series(1, 2000) i;
        insert into announced_uploads (revision_id, file_name, range_id, epoch, node_id)
        select r.id, 'u' || r.id, 0, 1, 'gone-1' from revisions r;
        analyze
        """;
}
