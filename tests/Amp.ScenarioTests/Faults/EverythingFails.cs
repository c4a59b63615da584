using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.DevChain.Chain;
using Amp.ScenarioTests.Extraction;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Faults;

/// <summary>
/// Soak: whatever can fail does, at random, while jobs run on four workers and two controllers. A minute, or as long as AMP_TEST_SOAK_SECONDS says;
/// AMP_TEST_SOAK_SEED repeats a sequence of faults. Afterwards nothing is lost, doubled or left, and no process has ended by itself.
/// </summary>
public sealed class EverythingFails(ITestOutputHelper output)
{
    private const string Followed = "soak/followed@1.0.0";
    private const ulong Settled = 8_000;
    private const ulong Blocks = Settled + 100;
    private const int Workers = 4;
    private const int Controllers = 2;

    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly ChainSettings _chain = new()
    {
        Blocks = Blocks,
        Seed = 11,
        Grade = "load",
        Arguments = ["--transactions", "2", "--logs", "3", "--latency-ms", "20"],
    };

    private readonly Dictionary<string, long> _jobs = [];
    private readonly List<string> _workers = [];
    private readonly List<ControllerProcess> _controllers = [];
    private readonly HashSet<ServiceProcess> _ended = [];
    private readonly List<Task> _pauses = [];
    private readonly List<string> _actions = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private AmpCluster _cluster = null!;
    private ChainTruth _truth = null!;
    private Random _random = null!;
    private int _named;

    [Fact]
    public async Task And_nothing_is_lost()
    {
        var (length, seed) = SoakSettings.FromEnvironment();
        output.WriteLine($"AMP_TEST_SOAK_SEED={seed}");
        _random = new Random(seed);
        _truth = ChainInTheLake.TruthOf(_chain, 2, 3);
        await using (_cluster = await StartAsync())
        {
            try
            {
                await DeployAsync(Followed, end: null);
                await DeployAnotherAsync();
                _watch.Restart();
                while (_watch.Elapsed < length)
                {
                    await ActAsync();
                    await Task.Delay(_random.Next(1_500), TestContext.Current.CancellationToken);
                }

                await CalmAsync();
                await AssertWholeAsync();
                await AssertNothingLeftAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"AMP_TEST_SOAK_SEED={seed}\n{string.Join('\n', _actions)}\n{e.Message}\n{_cluster.Tails(8)}", e);
            }
        }

        output.WriteLine(string.Join('\n', _actions));
    }

    private async Task<AmpCluster> StartAsync()
    {
        var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            OwnPostgres = true,
            Workers = Workers,
            Controllers = Controllers,
            Chain = _chain,
            Config = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["poll_interval_secs"] = "0.2",
                ["writer.collector.active"] = "true",
                ["writer.collector.min_interval"] = "1",

                // Longer than a segment is open and a worker is paused: who wakes still finds its files announced.
                ["writer.collector.deletion_lock_duration"] = "30",
            },
        });
        _workers.AddRange(cluster.Workers.Keys.Order(StringComparer.Ordinal));
        _controllers.AddRange(cluster.Controllers);
        _named = Workers;
        return cluster;
    }

    private Task ActAsync() => _random.Next(12) switch
    {
        0 or 1 => ReplaceWorkerAsync("kill -9", w => w.KillAsync()),
        2 => ReplaceWorkerAsync("SIGTERM", w => w.StopAsync()),
        3 or 4 => PauseAsync(),
        5 => ReplaceControllerAsync(),
        6 => RestartPostgresAsync(),
        7 => TerminateBackendsAsync(),
        8 or 9 => GrowAsync(),
        10 => DeployAnotherAsync(),
        _ => StopAndDeployAsync(),
    };

    private async Task ReplaceWorkerAsync(string how, Func<ServiceProcess, Task<int>> end)
    {
        var name = _workers[_random.Next(_workers.Count)];
        Note($"{how} of {name}");
        _workers.Remove(name);
        var worker = _cluster.Workers[name];
        _ended.Add(worker);
        await end(worker);
        await StartWorkerAsync();
    }

    private async Task StartWorkerAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"worker-{++_named}");
        await _cluster.StartWorkerAsync(name);
        _workers.Add(name);
    }

    /// <summary>For less or for more than a lease lasts; meanwhile other things fail.</summary>
    private Task PauseAsync()
    {
        var name = _workers[_random.Next(_workers.Count)];
        var length = TimeSpan.FromMilliseconds(_random.Next(500, 9_000));
        Note($"{name} is paused for {length.TotalSeconds:0.0} s");
        var worker = _cluster.Workers[name];
        worker.Pause();
        _pauses.Add(ResumeAsync());
        return Task.CompletedTask;

        async Task ResumeAsync()
        {
            await Task.Delay(length);
            worker.Resume();
        }
    }

    private async Task ReplaceControllerAsync()
    {
        var controller = _controllers[_random.Next(_controllers.Count)];
        Note($"kill -9 of {controller.Process.Name}");
        _controllers.Remove(controller);
        _ended.Add(controller.Process);
        await controller.Process.KillAsync();
        _controllers.Add(await _cluster.StartControllerAsync());
    }

    private async Task RestartPostgresAsync()
    {
        var crash = _random.Next(2) == 0;
        Note(crash ? "PostgreSQL is killed" : "PostgreSQL is restarted");
        if (crash)
            await _cluster.Postgres.KillAsync();
        await _cluster.Postgres.RestartAsync();
    }

    private async Task TerminateBackendsAsync()
    {
        var role = new[] { "amp-worker", "amp-worker-heartbeat", "amp-worker-listen", "amp-controller", "amp-server" }[_random.Next(5)];
        Note($"connections of {role} are terminated");
        await AskAsync<long>($"select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = '{role}'");
    }

    /// <summary>The chain grows, or some of its last blocks are replaced.</summary>
    private async Task GrowAsync()
    {
        var count = (ulong)_random.Next(1, 20);
        if (_random.Next(2) == 0)
        {
            Note($"{count} blocks are mined");
            await PostAsync("admin/mine", new JsonObject { ["count"] = count });
            _truth.Mine(count);
            return;
        }

        var depth = (ulong)_random.Next(1, 65);
        Note($"the last {depth} blocks are replaced by {depth + 1}");
        await PostAsync("admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = 1 });
        _truth.Reorganise(depth, 1);
    }

    private Task DeployAnotherAsync() => DeployAsync(string.Create(CultureInfo.InvariantCulture, $"soak/bounded_{_jobs.Count}@1.0.0"), Settled);

    private async Task StopAndDeployAsync()
    {
        var dataset = _jobs.Keys.Order(StringComparer.Ordinal).ElementAt(_random.Next(_jobs.Count));
        Note($"{dataset} is stopped");
        await CallAsync(HttpMethod.Put, $"/jobs/{_jobs[dataset]}/stop", null);
        await Eventually.TrueAsync(
            () => AskAsync<bool>($"select status in ('STOPPED', 'COMPLETED') from jobs where id = {_jobs[dataset]}"), $"{dataset} has stopped", TimeSpan.FromMinutes(1));
        await DeployAsync(dataset, dataset == Followed ? null : Settled);
    }

    private async Task DeployAsync(string dataset, ulong? end)
    {
        var (name, version) = (dataset.Split('@')[0].Split('/')[1], dataset.Split('@')[1]);
        if (!_jobs.ContainsKey(dataset))
        {
            await CallAsync(HttpMethod.Post, "/datasets", new JsonObject
            {
                ["namespace"] = "soak",
                ["name"] = name,
                ["version"] = version,
                ["manifest"] = new JsonObject { ["kind"] = "evm-rpc", ["network"] = AmpCluster.Network, ["start_block"] = 0, ["finalized_blocks_only"] = false, ["tables"] = new JsonObject() },
            });
        }

        var body = new JsonObject { ["end_block"] = end?.ToString(CultureInfo.InvariantCulture) };
        var answer = await CallAsync(HttpMethod.Post, $"/datasets/soak/{name}/versions/{version}/deploy", body);
        _jobs[dataset] = answer.GetProperty("job_id").GetInt64();
        Note($"{dataset} is deployed, job {_jobs[dataset]}");
    }

    /// <summary>Nothing fails any more; what was paused goes on.</summary>
    private async Task CalmAsync()
    {
        Note("calm");
        await Task.WhenAll(_pauses);
        var patience = TimeSpan.FromMinutes(4);
        foreach (var (dataset, job) in _jobs.Where(j => j.Key != Followed))
            await UntilAsync($"(select status = 'COMPLETED' from jobs where id = {job})", $"job {job} of {dataset} is COMPLETED", patience);
        await Eventually.TrueAsync(
            async () =>
            {
                var rows = await _cluster.QueryAsync($"""select hash from "{Followed}".blocks where block_num = {_truth.Head}""");
                return rows.Count == 1 && rows[0].GetProperty("hash").GetString()!.EndsWith(_truth.Block(_truth.Head).Hash[2..], StringComparison.Ordinal);
            },
            $"block {_truth.Head} is answered as the chain has it", patience);
        await CallAsync(HttpMethod.Put, $"/jobs/{_jobs[Followed]}/stop", null);
        await UntilAsync($"(select status = 'STOPPED' from jobs where id = {_jobs[Followed]})", "the job that follows the head is STOPPED", patience);
    }

    private async Task AssertWholeAsync()
    {
        await ChainInTheLake.AssertWholeAsync(_cluster, Followed, _truth, _truth.Head);
        foreach (var dataset in _jobs.Keys.Where(d => d != Followed))
            await ChainInTheLake.AssertWholeAsync(_cluster, dataset, _truth, Settled);
    }

    private async Task AssertNothingLeftAsync()
    {
        await UntilAsync("not exists (select 1 from announced_uploads where collected_at is null)", "every announced upload is registered or collected", TimeSpan.FromMinutes(2));
        var registered = (await AskAsync<string[]>("select array_agg(r.path || '/' || s.file_name) from segments s join revisions r on r.id = s.revision_id")).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(await _cluster.FilesAsync(), f => !registered.Contains(f));

        ServiceProcess[] alive = [.. _workers.Select(w => _cluster.Workers[w]), .. _controllers.Select(c => c.Process), .. _cluster.Servers.Select(s => s.Process)];
        Assert.All(alive, p => Assert.True(p.IsRunning, p.Tail(30)));
        Assert.All(_cluster.Workers.Values.Concat(_cluster.Controllers.Select(c => c.Process)).Except(_ended), p => Assert.True(p.IsRunning, p.Tail(30)));
        foreach (var code in await Task.WhenAll(alive.Select(p => p.StopAsync())))
            Assert.Equal(0, code);
        Assert.Equal(0, await AskAsync<long>("select count(*) from block_ranges where state = 'LEASED'"));
        Assert.Equal(0, await AskAsync<long>("select count(*) from jobs where planner_node_id is not null"));
        Assert.Equal(0, await AskAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
        Assert.Equal(0, await AskAsync<long>($"select count(*) from workers where deregistered_at is null and node_id in ('{string.Join("', '", _workers)}')"));
    }

    private Task UntilAsync(string condition, string what, TimeSpan patience) =>
        Eventually.TrueAsync(() => AskAsync<bool>($"select {condition}"), what, patience);

    /// <summary>Also over a restart of the server, whose old connections are broken.</summary>
    private Task<T> AskAsync<T>(string sql) => Eventually.SatisfiesAsync(async () => (T)(await _cluster.Database.ScalarAsync(sql))!, _ => true, sql);

    /// <summary>Asks the youngest controller until it answers; the database may be away for a moment.</summary>
    private async Task<JsonElement> CallAsync(HttpMethod method, string path, JsonObject? body)
    {
        var (status, text) = await Eventually.SatisfiesAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(method, new Uri(_controllers[^1].Admin, path)) { Content = body is null ? null : JsonContent.Create(body) };
                using var answer = await _http.SendAsync(request);
                return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
            },
            answer => answer.Item1 != 503,
            $"{method} {path} is answered");

        // Of a call that was repeated because its answer was lost, the first may have done it.
        Assert.True(status is >= 200 and < 300 or 409, $"{status} to {method} {path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private async Task PostAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_cluster.ChainUrl!, path), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private void Note(string action) => _actions.Add(string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed.TotalSeconds,6:0.0} s  {action}"));
}
