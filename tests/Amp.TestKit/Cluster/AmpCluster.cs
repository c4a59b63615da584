using System.Globalization;
using Amp.LocalPostgres;
using Amp.LocalPostgres.Processes;
using Amp.TestKit.Postgres;
using Amp.TestKit.Processes;

namespace Amp.TestKit.Cluster;

/// <summary>A whole cluster of real processes: PostgreSQL, a simulated chain, controllers, workers and servers, on free ports, over a lake in a temporary folder or in a bucket.</summary>
/// <example>
/// <code>
/// await using var cluster = await AmpCluster.StartAsync(new() { Workers = 2, Chain = new() { Blocks = 1000 } });
/// await cluster.RegisterAsync("_/eth@1.0.0");
/// var job = await cluster.DeployAsync("_/eth@1.0.0", endBlock: 1000);
/// await cluster.WaitForJobAsync(job, "COMPLETED");
/// var rows = await cluster.QueryAsync("select count(*) as n from eth.blocks");
/// </code>
/// </example>
public sealed partial class AmpCluster : IAsyncDisposable
{
    public const string Network = "devnet";

    private readonly AmpClusterSettings _settings;
    private readonly PostgresCluster? _ownPostgres;
    private readonly List<ControllerProcess> _controllers = [];
    private readonly List<ServerProcess> _servers = [];
    private readonly Dictionary<string, ServiceProcess> _workers = new(StringComparer.Ordinal);
    private readonly List<ServiceProcess> _all = [];

    private AmpCluster(AmpClusterSettings settings, PostgresCluster? ownPostgres, TestDatabase database)
    {
        _settings = settings;
        _ownPostgres = ownPostgres;
        Database = database;
        Folder = Directory.CreateTempSubdirectory("amp-cluster-").FullName;
        foreach (var folder in (string[])[Lake, Providers, Manifests])
            Directory.CreateDirectory(folder);
    }

    public TestDatabase Database { get; }

    /// <summary>The server of the scenario's own; only with <see cref="AmpClusterSettings.OwnPostgres"/>.</summary>
    public PostgresCluster Postgres => _ownPostgres ?? throw new InvalidOperationException("the scenario shares its PostgreSQL server: set OwnPostgres");

    public string Folder { get; }

    public string Lake => Path.Combine(Folder, "lake");

    public string Providers => Path.Combine(Folder, "providers");

    public string Manifests => Path.Combine(Folder, "manifests");

    /// <summary>The clock and the disk of the services; only with <see cref="AmpClusterSettings.BentWorld"/>.</summary>
    public OuterWorld? World { get; private set; }

    public ServiceProcess? Chain { get; private set; }

    /// <summary>JSON-RPC of the simulated chain.</summary>
    public Uri? ChainUrl { get; private set; }

    public IReadOnlyList<ControllerProcess> Controllers => _controllers;

    public IReadOnlyList<ServerProcess> Servers => _servers;

    public IReadOnlyDictionary<string, ServiceProcess> Workers => _workers;

    public static async Task<AmpCluster> StartAsync(AmpClusterSettings? settings = null)
    {
        settings ??= new AmpClusterSettings();
        var postgres = settings.OwnPostgres ? await TestPostgres.StartOwnAsync() : null;
        var database = postgres is null ? await TestDatabase.CreateAsync() : await TestDatabase.CreateAsync(postgres);
        var cluster = new AmpCluster(settings, postgres, database);
        try
        {
            if (settings.OnS3)
                await cluster.OpenBucketAsync();
            if (settings.BentWorld)
                cluster.World = await OuterWorld.BuildAsync(cluster.Folder, settings.OnS3 ? cluster.CacheDir : cluster.Lake);
            if (!settings.Notify)
                await database.SilenceNotifyAsync();
            List<Task> starts = [];
            if (settings.Chain is { } chain)
                starts.Add(cluster.StartChainAsync(chain));
            for (var i = 0; i < settings.Controllers; i++)
                starts.Add(cluster.StartControllerAsync());
            for (var i = 1; i <= settings.Workers; i++)
                starts.Add(cluster.StartWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"worker-{i}")));
            for (var i = 0; i < settings.Servers; i++)
                starts.Add(cluster.StartServerAsync());
            await Task.WhenAll(starts);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the chain, also anew (on the same port) after it was stopped or killed.</summary>
    public async Task StartChainAsync(ChainSettings settings)
    {
        var port = ChainUrl?.Port ?? LoopbackPorts.Free();
        ChainUrl = new Uri($"http://127.0.0.1:{port}");
        AddProvider("devchain", Network, ChainUrl);
        Chain = Keep(await ServiceProcess.StartAsync(new ServiceProcessSettings("devchain", Repository.Output("Amp.DevChain", "Amp.DevChain.dll"))
        {
            Arguments = settings.ToArguments(port),
            ReadyUrl = new Uri(ChainUrl, "/healthz"),
            RemoveOnOwnerDeath = Folder,
        }));
    }

    public async Task<ControllerProcess> StartControllerAsync()
    {
        var port = LoopbackPorts.Free();
        var url = new Uri($"http://127.0.0.1:{port}");
        var process = Keep(await ServiceProcess.StartAsync(Service("Amp.Controller", $"controller-{port}", url, ("admin_addr", $"127.0.0.1:{port}"))));
        var controller = new ControllerProcess(process, url);
        lock (_all)
            _controllers.Add(controller);
        return controller;
    }

    public async Task<ServiceProcess> StartWorkerAsync(string nodeId)
    {
        var port = LoopbackPorts.Free();
        var settings = Service("Amp.Worker", nodeId, new Uri($"http://127.0.0.1:{port}"), ("worker_health_addr", $"127.0.0.1:{port}"));
        var process = Keep(await ServiceProcess.StartAsync(settings with { Arguments = ["--node-id", nodeId] }));
        lock (_all)
            _workers[nodeId] = process;
        return process;
    }

    /// <param name="dead">One that ended, whose ports and place the new one takes.</param>
    public async Task<ServerProcess> StartServerAsync(ServerProcess? dead = null)
    {
        var (flight, jsonl) = (dead?.Flight.Port ?? LoopbackPorts.Free(), dead?.JsonLines.Port ?? LoopbackPorts.Free());
        var url = new Uri($"http://127.0.0.1:{jsonl}");
        var process = Keep(await ServiceProcess.StartAsync(Service("Amp.Server", $"server-{jsonl}", url, ("flight_addr", $"127.0.0.1:{flight}"), ("jsonl_addr", $"127.0.0.1:{jsonl}"))));
        var server = new ServerProcess(process, new Uri($"http://127.0.0.1:{flight}"), url);
        lock (_all)
        {
            if (dead is null)
                _servers.Add(server);
            else
                _servers[_servers.IndexOf(dead)] = server;
        }

        return server;
    }

    /// <summary>Writes a provider file for a network; every process sees it at its next use.</summary>
    public void AddProvider(string name, string network, Uri url, string more = "") =>
        File.WriteAllText(Path.Combine(Providers, name + ".toml"), $"kind = \"evm-rpc\"\nnetwork = \"{network}\"\nurl = \"{url.ToString().TrimEnd('/')}\"\n{more}\n");

    /// <summary>The settings of a service of this cluster: for scenarios that start one in their own way.</summary>
    public ServiceProcessSettings Service(string project, string name, Uri url, params (string Key, string Value)[] config)
    {
        Dictionary<string, string?> environment = new(StringComparer.Ordinal)
        {
            [Variable("metadata_db.url")] = Database.ConnectionString,
            [Variable("data_dir")] = DataDir,
            [Variable("providers_dir")] = Providers,
            [Variable("manifests_dir")] = Manifests,
            [Variable("cache_dir")] = CacheDir,
        };
        if (!_settings.IsLongLived)
        {
            // What the runtime learns of a process, and compiles once more for it, serves minutes later.
            environment["DOTNET_TieredPGO"] = "0";
            environment["DOTNET_TC_CallCountingDelayMs"] = "1000";
        }

        foreach (var (variable, value) in Bucket?.Variables(Front?.Url) ?? [])
            environment[variable] = value;
        foreach (var (key, value) in _settings.Config.Select(c => (c.Key, c.Value)).Concat(config))
            environment[Variable(key)] = value;
        if (World is { } world)
        {
            foreach (var (variable, value) in world.Variables(_settings.ClockOffset(name)))
                environment[variable] = value;
        }

        return new ServiceProcessSettings(name, Repository.Output(project, project + ".dll"))
        {
            Environment = environment,
            WorkingDirectory = Folder,
            ReadyUrl = new Uri(url, "/readyz"),
            RemoveOnOwnerDeath = Folder,
        };
    }

    /// <summary>The ends of all logs, for the message of a failed assertion.</summary>
    public string Tails(int lines = 15)
    {
        lock (_all)
            return string.Join('\n', _all.Select(p => p.Tail(lines)));
    }

    public async ValueTask DisposeAsync()
    {
        ServiceProcess[] all;
        lock (_all)
            all = [.. _all];
        await Task.WhenAll(all.Select(p => p.DisposeAsync().AsTask()));
        _admin?.Dispose();
        await Database.DisposeAsync();
        if (_ownPostgres is not null)
            await _ownPostgres.DisposeAsync();
        await CloseBucketAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private ServiceProcess Keep(ServiceProcess process)
    {
        lock (_all)
            _all.Add(process);
        return process;
    }

    private static string Variable(string key) => "AMP_CONFIG_" + key.ToUpperInvariant().Replace(".", "__");
}
