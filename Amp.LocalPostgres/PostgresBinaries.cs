using System.Diagnostics;
using System.Globalization;

namespace Amp.LocalPostgres;

/// <summary>A folder with <c>initdb</c> and <c>postgres</c> of one major version.</summary>
public sealed record PostgresBinaries(string Folder, int MajorVersion)
{
    public const string FolderVariable = "AMP_POSTGRES_BIN";

    public string InitDb => Path.Combine(Folder, "initdb");

    public string Server => Path.Combine(Folder, "postgres");

    /// <summary>What this machine has, best first: the folder named by AMP_POSTGRES_BIN alone if set, else those of PATH, else the installed versions, newest first.</summary>
    public static IEnumerable<PostgresBinaries> Installed()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            yield return Read(named) ?? throw new PostgresUnavailableException(
                $"{FolderVariable} is {named}, but no working initdb and postgres are in that folder");
            yield break;
        }

        foreach (var folder in PathFolders().Concat(PackageFolders()).Distinct(StringComparer.Ordinal))
        {
            if (Read(folder) is { } found)
                yield return found;
        }
    }

    /// <summary>Null unless both programs are there and the server tells its version.</summary>
    public static PostgresBinaries? Read(string folder)
    {
        var server = Path.Combine(folder, "postgres");
        if (!File.Exists(server) || !File.Exists(Path.Combine(folder, "initdb")))
            return null;
        using var process = Process.Start(new ProcessStartInfo(server, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
        if (process is null)
            return null;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && ParseMajorVersion(text) is { } version ? new PostgresBinaries(folder, version) : null;
    }

    /// <summary>15 of "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 19 of "postgres (PostgreSQL) 19beta1".</summary>
    public static int? ParseMajorVersion(string text)
    {
        var start = text.IndexOf(") ", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var digits = string.Concat(text[(start + 2)..].TakeWhile(char.IsAsciiDigit));
        return int.TryParse(digits, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> PackageFolders()
    {
        (string Root, string Pattern)[] places =
            [("/usr/lib/postgresql", "*"), ("/usr", "pgsql-*"), ("/opt/homebrew/opt", "postgresql@*"), ("/usr/local/opt", "postgresql@*")];
        return places
            .Where(p => Directory.Exists(p.Root))
            .SelectMany(p => Directory.EnumerateDirectories(p.Root, p.Pattern))
            .OrderByDescending(VersionInName)
            .Select(folder => Path.Combine(folder, "bin"));
    }

    private static int VersionInName(string folder)
    {
        var digits = string.Concat(Path.GetFileName(folder).Reverse().TakeWhile(char.IsAsciiDigit).Reverse());
        return int.TryParse(digits, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
