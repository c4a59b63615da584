using System.Globalization;
using Amp.ScenarioTests.Extraction;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Faults;

/// <summary>A cluster that extracts a light chain of known content while a scenario breaks something of it.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    public const string Dataset = "test/eth@1.0.0";

    private const int TransactionsPerBlock = 2;
    private const int LogsPerBlock = 3;

    private readonly ChainSettings _chain;
    private readonly ulong _last;
    private readonly HashSet<ServiceProcess> _ended = [];

    private FaultyCluster(AmpCluster cluster, ChainSettings chain, ulong last) => (Cluster, _chain, _last) = (cluster, chain, last);

    public AmpCluster Cluster { get; }

    public long Job { get; private set; }

    /// <summary>Starts and deploys; the node's latency makes the job last for some seconds.</summary>
    public static async Task<FaultyCluster> StartAsync(ulong last, AmpClusterSettings settings)
    {
        var chain = new ChainSettings
        {
            Blocks = last,
            Seed = 7,
            Grade = "load",
            Arguments = ["--transactions", Text(TransactionsPerBlock), "--logs", Text(LogsPerBlock), "--latency-ms", "10"],
        };

        // What dead workers leave is collected within the scenario.
        var config = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["writer.collector.active"] = "true",
            ["writer.collector.min_interval"] = "1",
            ["writer.collector.deletion_lock_duration"] = "1",
        };
        foreach (var (key, value) in settings.Config)
            config[key] = value;
        var cluster = await AmpCluster.StartAsync(settings with { Chain = chain, Config = config });
        var faulty = new FaultyCluster(cluster, chain, last);
        try
        {
            await cluster.RegisterAsync(Dataset);
            faulty.Job = await cluster.DeployAsync(Dataset, Text(last));
            return faulty;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Some blocks are registered, more are on their way, and the worker is at it.</summary>
    public Task WorksAsync(string nodeId) => HoldsAsync(
        $"exists (select 1 from block_ranges where state = 'LEASED' and node_id = '{nodeId}' and end_block - next_block > 500) and exists (select 1 from segments)",
        $"{nodeId} works on a large range");

    public Task HoldsAsync(string condition, string what, TimeSpan? deadline = null) => Eventually.TrueAsync(
        async () => (bool)(await Cluster.Database.ScalarAsync($"select {condition}"))!, what, deadline, () => Cluster.Tails());

    /// <summary>What a worker that died held is free within ten seconds.</summary>
    public Task ReleasedAsync(string nodeId) => HoldsAsync(
        $"not exists (select 1 from block_ranges where state = 'LEASED' and node_id = '{nodeId}')", $"the ranges of {nodeId} are free", TimeSpan.FromSeconds(10));

    /// <summary>The job ends, by the rows alone: a controller need not live.</summary>
    public Task CompletesAsync() => HoldsAsync($"(select status = 'COMPLETED' from jobs where id = {Job})", "the job is COMPLETED", TimeSpan.FromMinutes(2));

    /// <summary>Every block is there exactly once in all tables and equals the source; no file is left that is not registered.</summary>
    public async Task AssertWholeAsync()
    {
        var truth = ChainInTheLake.TruthOf(_chain, TransactionsPerBlock, LogsPerBlock);
        await ChainInTheLake.AssertWholeAsync(Cluster, Dataset, truth, _last);
        await FilesOfTheLake.AssertWholeAsync(Cluster, Dataset, truth, _last);
        await HoldsAsync("not exists (select 1 from announced_uploads where collected_at is null)", "every announced upload is registered or collected");
        var registered = (long)(await Cluster.Database.ScalarAsync("select count(*) from segments"))!;
        var files = await Cluster.FilesAsync();
        Assert.True(registered == files.Count, $"{registered} segments are registered, there are {files.Count} files: {string.Join(", ", files)}");
        await HoldsAsync("not exists (select 1 from block_ranges where state = 'LEASED')", "no lease is left");
        Assert.All(Cluster.Workers.Values.Where(w => !_ended.Contains(w)), w => Assert.True(w.IsRunning, w.Tail(30)));
    }

    public async Task KillAsync(string nodeId)
    {
        var worker = Cluster.Workers[nodeId];
        _ended.Add(worker);
        await worker.KillAsync();
    }

    /// <summary>SIGTERM: the worker hands over and ends.</summary>
    public async Task TerminateAsync(string nodeId)
    {
        var code = await EndAsync(nodeId);
        Assert.True(code == 0, $"exit code {code}. {Cluster.Workers[nodeId].Tail(30)}");
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public Task<int> EndAsync(string nodeId)
    {
        var worker = Cluster.Workers[nodeId];
        _ended.Add(worker);
        return worker.StopAsync();
    }

    public Task RestartChainAsync() => Cluster.StartChainAsync(_chain);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
