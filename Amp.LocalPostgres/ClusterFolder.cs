using System.Security.Cryptography;
using System.Text;
using Amp.LocalPostgres.Processes;

namespace Amp.LocalPostgres;

/// <summary>The folder of a cluster on disk: its data, its password, its lock.</summary>
internal sealed class ClusterFolder
{
    private ClusterFolder(string path) => FolderPath = path;

    public string FolderPath { get; }

    public string Data => Path.Combine(FolderPath, "data");

    public string PasswordFile => Path.Combine(FolderPath, "password");

    public string LockFile => Path.Combine(FolderPath, "owner.lock");

    public string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>Makes the folder; as root one that the unprivileged user reaches, elsewhere if the wanted one lies behind a closed door.</summary>
    public static ClusterFolder Open(string wanted, Action<string>? log)
    {
        var folder = Path.GetFullPath(wanted);
        Directory.CreateDirectory(folder);
        if (UnprivilegedUser.Needed && !UnprivilegedUser.Tests("-x", folder))
        {
            // A folder of ours that only lacks permission for others is given away below; one behind a closed parent is out of reach.
            UnprivilegedUser.Own(folder);
            if (!UnprivilegedUser.Tests("-x", folder))
                folder = Elsewhere(folder, log);
        }

        Seal(folder);
        return new ClusterFolder(folder);
    }

    public string? DataVersion()
    {
        var file = Path.Combine(Data, "PG_VERSION");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Made aside and renamed, so that a broken-off initdb is never taken for a cluster.</summary>
    public async Task InitialiseAsync(PostgresBinaries binaries, bool durable, CancellationToken ct)
    {
        var aside = Data + ".new";
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        await WritePasswordAsync(ct);

        List<string> arguments =
            ["-D", aside, "-U", PostgresCluster.UserName, "--pwfile", PasswordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"];
        if (!durable)
            arguments.Add("--no-sync");
        var (fileName, all) = UnprivilegedUser.Command(binaries.InitDb, [.. arguments]);
        var lines = new LastLines(20);
        await using var process = GuardedProcess.Start(new GuardedProcessSettings(fileName, all)
        {
            WorkingDirectory = FolderPath,
            Environment = ServerEnvironment,
            OnLine = (line, _) => lines.Add(line),
        });
        if (await process.Exited.WaitAsync(TimeSpan.FromMinutes(1), ct) != 0)
            throw new PostgresUnavailableException($"initdb of {binaries.Folder} could not make {aside}: {lines}");
        Directory.Move(aside, Data);
    }

    /// <summary>Variables meant for a client must not reach the server.</summary>
    public static IReadOnlyDictionary<string, string?> ServerEnvironment { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["LC_ALL"] = "C",
        ["PGDATA"] = null,
        ["PGHOST"] = null,
        ["PGPORT"] = null,
        ["PGUSER"] = null,
        ["PGPASSWORD"] = null,
        ["PGDATABASE"] = null,
        ["PGOPTIONS"] = null,
        ["PG_COLOR"] = null,
    };

    public string ReadPassword()
    {
        if (!File.Exists(PasswordFile))
            throw new PostgresUnavailableException($"the data in {Data} has lost its password file {PasswordFile}: put it back, or delete the folder {FolderPath} to begin anew");
        return File.ReadAllText(PasswordFile).Trim();
    }

    /// <summary>The process that the pid file names, if it is a server of this very data; a stale file is deleted.</summary>
    public int? RunningServer()
    {
        if (!File.Exists(PidFile))
            return null;
        string text;
        try
        {
            text = File.ReadLines(PidFile).FirstOrDefault() ?? "";
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        if (int.TryParse(text, out var processId) && Posix.IsAlive(processId) && WorksIn(processId))
            return processId;
        // Otherwise the server refuses to start when another process has got the same id since.
        File.Delete(PidFile);
        return null;
    }

    private bool WorksIn(int processId)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            return File.ResolveLinkTarget($"/proc/{processId}/cwd", returnFinalTarget: false)?.FullName == Data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task WritePasswordAsync(CancellationToken ct)
    {
        File.Delete(PasswordFile);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new FileStream(PasswordFile, options))
            await file.WriteAsync(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)), ct);
        UnprivilegedUser.Own(PasswordFile);
    }

    private static string Elsewhere(string folder, Action<string>? log)
    {
        var root = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } temp && UnprivilegedUser.Tests("-x", temp) ? temp : "/var/tmp";
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        var other = Path.Combine(root, $"amp-postgres-{name}");
        if (!Directory.Exists(other))
        {
            Directory.CreateDirectory(other, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            UnprivilegedUser.Own(other);
        }

        // Everyone may write to these roots: a folder that somebody else put there first is not ours to trust.
        if (!UnprivilegedUser.Tests("-O", other))
            throw new PostgresUnavailableException($"{other} should hold the PostgreSQL data of {folder}, but user {UnprivilegedUser.Id} does not own it: delete it");
        log?.Invoke($"user {UnprivilegedUser.Id}, as whom PostgreSQL runs because we are root, cannot reach {folder}: the data lies in {other}");
        return other;
    }

    private static void Seal(string folder)
    {
        UnprivilegedUser.Own(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
