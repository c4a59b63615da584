using System.Globalization;

namespace Amp.AppHost;

/// <summary>The folders of a run, which belong to one run at a time: the kernel ends the ownership with the owner, however that dies.</summary>
internal sealed class StateFolders : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;
    private readonly string _pidFile;

    private StateFolders(FileStream taken, string pidFile) => (_lock, _pidFile) = (taken, pidFile);

    /// <summary>Takes the folders and writes the file that names the node; null when that cannot be, and <paramref name="problem"/> says why.</summary>
    public static StateFolders? Take(AppHostOptions options, out string? problem)
    {
        var pidFile = Path.Combine(options.StateFolder, "apphost.pid");
        try
        {
            Directory.CreateDirectory(options.StateFolder);
            if (TryLock(Path.Combine(options.StateFolder, "apphost.lock")) is not { } taken)
            {
                var owner = File.Exists(pidFile) ? $"process {File.ReadAllText(pidFile).Trim()}" : "another process";
                problem = $"{owner} runs a cluster on {options.StateFolder} already: stop it, or choose another folder by --amp-dir and other ports by --ports-from";
                return null;
            }

            // Nothing is written before the lock is held: what lies there belongs to the run that holds it.
            var folders = new StateFolders(taken, pidFile);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            if (!options.LakeIsBucket)
                Directory.CreateDirectory(options.Lake);
            Directory.CreateDirectory(options.Manifests);
            MakePrivate(options.Providers);
            WriteProvider(options);
            problem = null;
            return folders;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{options.StateFolder} (--amp-dir) cannot be used: {e.Message}";
            return null;
        }
    }

    public void Dispose()
    {
        File.Delete(_pidFile);
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    // The URL of a node may hold a key.
    private static void MakePrivate(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static void WriteProvider(AppHostOptions options)
    {
        var url = options.Rpc?.ToString() ?? $"http://127.0.0.1:{options.ChainPort}";
        var path = Path.Combine(options.Providers, options.Network.Replace('-', '_') + ".toml");
        // A file that is there keeps its mode when it is written anew.
        File.Delete(path);
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            creation.UnixCreateMode = OwnerOnly;
        using var file = new StreamWriter(path, creation);
        file.Write(
            $"""
            # Written at every start of the AppHost.
            kind = "evm-rpc"
            network = "{options.Network}"
            url = "{url.Replace("\\", "\\\\").Replace("\"", "\\\"")}"
            rpc_batch_size = {(options.Rpc is null ? 50 : 0)}

            """);
    }
}
