using System.Diagnostics;
using System.Globalization;
using Amp.LocalPostgres;
using Amp.LocalPostgres.Processes;

namespace Amp.TestKit.Stores;

/// <summary>A real S3 server for tests: one monitor, one store and one gateway of Ceph, in memory, on free ports of 127.0.0.1.</summary>
public sealed class CephGateway : IAsyncDisposable
{
    public const string AccessKeyId = "TESTACCESS";
    public const string SecretAccessKey = "TESTSECRET123";

    /// <summary>The Debian packages that have it.</summary>
    public const string Packages = "radosgw ceph-mon ceph-osd ceph-common";

    private static readonly string[] _programs = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool"];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly string _configuration;
    private readonly LastLines _lines = new(12);
    private readonly List<GuardedProcess> _processes = [];

    private CephGateway(string folder)
    {
        _folder = folder;
        _configuration = Path.Combine(folder, "ceph.conf");
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>What is missing of it on this machine; null when it can be started.</summary>
    public static string? Lacks() =>
        _programs.FirstOrDefault(p => Find(p) is null) is { } missing ? $"Ceph's S3 gateway is absent ({missing}): apt-get install {Packages}" : null;

    public static async Task<CephGateway> StartAsync()
    {
        var gateway = new CephGateway(Directory.CreateTempSubdirectory("amp-ceph-").FullName);
        try
        {
            await gateway.StartAllAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>radosgw-admin</c> and gives what it wrote.</summary>
    public Task<string> AdministerAsync(params string[] arguments) => RunAsync("radosgw-admin", arguments);

    public async ValueTask DisposeAsync()
    {
        // The gateway first: without its store it would wait instead of ending.
        foreach (var process in Enumerable.Reverse(_processes))
            await process.KillAsync();
        foreach (var process in _processes)
            await process.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAllAsync()
    {
        foreach (var folder in (string[])["run", "log", "mon.a", "osd.0"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        var id = Guid.NewGuid().ToString();
        var (first, second, port) = (LoopbackPorts.Free(), LoopbackPorts.Free(), LoopbackPorts.Free());
        await File.WriteAllTextAsync(_configuration, Configuration(id, first, second, port));
        var map = Path.Combine(_folder, "monmap");
        await RunAsync("monmaptool", "--create", "--clobber", "--fsid", id, "--addv", "a", $"[v2:127.0.0.1:{first},v1:127.0.0.1:{second}]", map);
        await RunAsync("ceph-mon", "-i", "a", "--mkfs", "--monmap", map);
        Launch("ceph-mon", "-i", "a", "-f");
        var store = Guid.NewGuid().ToString();
        await RunAsync("ceph", "osd", "new", store, "0");
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store);
        Launch("ceph-osd", "-i", "0", "-f");
        await RepeatAsync(
            async () => (await RunAsync("ceph", "osd", "stat", "-f", "json")).Contains("\"num_up_osds\":1", StringComparison.Ordinal), "the store of Ceph is up");
        await AdministerAsync("user", "create", "--uid=test", "--display-name=Test", $"--access-key={AccessKeyId}", $"--secret-key={SecretAccessKey}");
        Launch("radosgw", "-n", "client.rgw.a", "--no-mon-config", "-f");
        Url = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await RepeatAsync(async () => await AnswersAsync(http, Url), "the gateway of Ceph answers");
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private async Task RepeatAsync(Func<Task<bool>> ask, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await ask())
        {
            if (_processes.FirstOrDefault(p => p.Exited.IsCompleted) is { } ended)
                throw new InvalidOperationException($"a process of Ceph ended with exit code {await ended.Exited} before {what}: {_lines}");
            if (Stopwatch.GetElapsedTime(start) > _patience)
                throw new InvalidOperationException($"not within {_patience.TotalSeconds} s: {what}. {_lines}");
            await Task.Delay(50);
        }
    }

    private void Launch(string program, params string[] arguments) => _processes.Add(GuardedProcess.Start(new GuardedProcessSettings(Find(program)!, ["--conf", _configuration, .. arguments])
    {
        WorkingDirectory = _folder,
        GracePeriod = TimeSpan.FromSeconds(2),
        RemoveOnOwnerDeath = _folder,
        OnLine = (line, _) => _lines.Add(line),
    }));

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var lines = new List<string>();
        var all = program == "monmaptool" ? arguments : ["--conf", _configuration, .. arguments];
        await using var process = GuardedProcess.Start(new GuardedProcessSettings(Find(program)!, all)
        {
            WorkingDirectory = _folder,
            OnLine = (line, isError) =>
            {
                if (!isError)
                    lines.Add(line);
                _lines.Add(line);
            },
        });
        var exit = await process.Exited;
        return exit == 0 ? string.Join('\n', lines) : throw new InvalidOperationException($"{program} ended with exit code {exit}: {_lines}");
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/bin", "/usr/sbin"])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    // One of everything, no replication, no authentication among the processes, every wait as short as it may be.
    private string Configuration(string id, int first, int second, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        [global]
        fsid = {id}
        mon host = [v2:127.0.0.1:{first},v1:127.0.0.1:{second}]
        mon initial members = a
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        ms bind ipv6 = false
        auth cluster required = none
        auth service required = none
        auth client required = none
        run dir = {_folder}/run
        admin socket = {_folder}/run/$name.asok
        pid file = {_folder}/run/$name.pid
        log file = {_folder}/log/$name.log
        mon cluster log file = {_folder}/log/cluster.log
        crash dir = {_folder}/run
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon allow pool size one = true
        mon max pg per osd = 1000
        mon data avail warn = 1
        mon data avail crit = 1
        mon osd full ratio = .99
        mon osd nearfull ratio = .98
        mon osd backfillfull ratio = .985
        paxos propose interval = 0.05
        paxos min wait = 0.01
        [mon.a]
        mon data = {_folder}/mon.a
        [osd]
        osd data = {_folder}/osd.$id
        osd objectstore = memstore
        memstore device bytes = 4294967296
        osd memory target = 939524096
        osd op num shards = 2
        osd class load list = *
        osd class default list = *
        [client]
        rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
        ms mon client mode = crc
        rgw thread pool size = 64
        rgw enable usage log = false
        rgw gc obj min wait = 1
        rgw gc processor period = 5

        """);
}
