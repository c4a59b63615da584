using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Amp.Benchmarks.Coordination;
using Amp.LocalPostgres;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Amp.TestKit.Processes;

namespace Amp.Benchmarks.Admin;

/// <summary>How long each read of the Admin API takes over a large catalogue, and what 500 of them a second cost.</summary>
[BenchmarkCommand("admin", "p95 of each read of the Admin API over 1,000 datasets, 10,000 jobs and 100,000 files, 500 requests/s, and the plans with --plans")]
internal static class AdminReads
{
    private const int WarmUp = 20;
    private const int Times = 200;
    private const int Rate = 500;

    private static readonly TimeSpan _duration = TimeSpan.FromSeconds(20);

    private static readonly string[] _paths =
    [
        "/datasets", "/datasets?limit=50&last_dataset=bench/d500", "/datasets/bench/d500", "/datasets/bench/d500/versions", "/datasets/bench/d500/versions/1.0.0",
        "/datasets/bench/d500/versions/1.0.0/manifest", "/datasets/bench/d500/versions/1.0.0/jobs",
        "/jobs", "/jobs?status=all", "/jobs?status=all&last_job_id=5000", "/jobs?status=fatal", "/jobs/1", "/jobs/5000/events", "/jobs/5000/events/EVENT", "/jobs/11/progress",
        "/manifests", "/manifests/HASH", "/manifests/HASH/datasets", "/providers", "/providers/testnet", "/revisions", "/revisions?active=true&last_revision_id=1500", "/revisions/1500",
        "/locations?last_location_id=1500", "/files?dataset=bench/d500", "/files?dataset=bench/d1", "/files?dataset=bench/d1&last_file_id=90000", "/files?dataset=bench/d1&table=logs",
        "/files/50000", "/workers", "/workers/b300", "/audit", "/audit?last_audit_id=10000",
    ];

    public static async Task RunAsync(string[] args)
    {
        var plans = new Plans();
        await using var postgres = await PostgresCluster.StartAsync(
            new PostgresClusterSettings(Path.Combine(Path.GetTempPath(), $"amp-bench-postgres-{Guid.NewGuid():N}"))
            {
                Durable = false,
                Temporary = true,
                ServerSettings = new Dictionary<string, string>(StringComparer.Ordinal) { ["shared_preload_libraries"] = "auto_explain" },
                Log = plans.Hear,
            });
        await using var database = await TestDatabase.CreateAsync(postgres);
        await database.ScalarAsync(FullCatalogue.Sql);
        await database.ScalarAsync("vacuum analyze");
        if (args.Contains("--plans"))
            await database.ScalarAsync($"alter database {database.Name} set auto_explain.log_min_duration = 0");
        var folder = TestFolder.Create("amp-bench-admin-");
        Directory.CreateDirectory(Path.Combine(folder, "providers"));
        await File.WriteAllTextAsync(Path.Combine(folder, "providers", "testnet.toml"), "kind = \"evm-rpc\"\nnetwork = \"testnet\"\nurl = \"http://127.0.0.1:1\"\n");
        var port = LoopbackPorts.Free();
        var admin = new Uri($"http://127.0.0.1:{port}");
        await using var controller = await ServiceProcess.StartAsync(new ServiceProcessSettings("controller", Repository.Output("Amp.Controller", "Amp.Controller.dll"))
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["AMP_CONFIG_METADATA_DB__URL"] = database.ConnectionString,
                ["AMP_CONFIG_ADMIN_ADDR"] = $"127.0.0.1:{port}",
                ["AMP_LOG"] = "error",
            },
            ReadyUrl = new Uri(admin, "/readyz"),
            RemoveOnOwnerDeath = folder,
        });
        using var client = new HttpClient { BaseAddress = admin };
        var hash = (string)(await database.ScalarAsync("select min(hash) from manifests"))!;
        var job = Convert.ToString(await database.ScalarAsync("select min(id) from job_events where job_id = 5000"), CultureInfo.InvariantCulture);
        var paths = _paths.Select(p => p.Replace("HASH", hash, StringComparison.Ordinal).Replace("EVENT", job, StringComparison.Ordinal)).ToList();
        foreach (var path in paths)
            await OneByOneAsync(client, path, controller.Id, postgres.ProcessId);
        await SustainedAsync(client, paths, controller.Id, postgres.ProcessId);
        await controller.StopAsync();
        Directory.Delete(folder, recursive: true);
        plans.Print();
    }

    private static async Task OneByOneAsync(HttpClient client, string path, int controller, int postgres)
    {
        for (var i = 0; i < WarmUp; i++)
            await GetAsync(client, path);
        var (cpu, databaseCpu) = (ServerCpu.OfProcess(controller), ServerCpu.Of(postgres));
        var times = new List<TimeSpan>();
        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await GetAsync(client, path);
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        var sorted = times.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  median {sorted[Times / 2].TotalMilliseconds,6:0.0} ms, p95 {sorted[(int)(Times * 0.95)].TotalMilliseconds,6:0.0} ms, CPU of the controller {(ServerCpu.OfProcess(controller) - cpu).TotalMilliseconds / Times:0.00} ms, of PostgreSQL {(ServerCpu.Of(postgres) - databaseCpu).TotalMilliseconds / Times:0.00} ms  {path}"));
    }

    /// <summary>At a steady rate, whether or not those before are answered.</summary>
    private static async Task SustainedAsync(HttpClient client, List<string> paths, int controller, int postgres)
    {
        var (cpu, databaseCpu, began) = (ServerCpu.OfProcess(controller), ServerCpu.Of(postgres), Stopwatch.StartNew());
        var times = new ConcurrentBag<TimeSpan>();
        var failed = 0;
        var open = new List<Task>();
        for (var sent = 0; began.Elapsed < _duration; sent++)
        {
            var due = TimeSpan.FromSeconds((double)sent / Rate) - began.Elapsed;
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            open.Add(AskAsync(paths[sent % paths.Count]));
        }

        await Task.WhenAll(open);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{times.Count / began.Elapsed.TotalSeconds:0} requests/s for {began.Elapsed.TotalSeconds:0} s, {failed} failed, {Distribution.Describe(times)}; controller {(ServerCpu.OfProcess(controller) - cpu) / began.Elapsed:P0} of a core, PostgreSQL {(ServerCpu.Of(postgres) - databaseCpu) / began.Elapsed:P0}"));

        async Task AskAsync(string path)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                await GetAsync(client, path);
                times.Add(Stopwatch.GetElapsedTime(asked));
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }

    private static async Task GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }
}
