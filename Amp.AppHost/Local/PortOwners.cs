using System.Globalization;

namespace Amp.AppHost.Local;

/// <summary>Which process listens on a port, as Linux tells it under /proc.</summary>
internal static class PortOwners
{
    private const string Listening = "0A";

    /// <summary>"process 1234 (dotnet run ...)", or less where the system does not say more.</summary>
    public static string Describe(int port)
    {
        if (!OperatingSystem.IsLinux())
            return "another process";
        var inodes = ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists)
            .SelectMany(table => ListeningInodes(File.ReadLines(table), port))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var processId) && Holds(folder, inodes))
                return string.Create(CultureInfo.InvariantCulture, $"process {processId} ({CommandLine(folder)})");
        }

        return "a process of another user";
    }

    /// <summary>The inodes of the sockets that listen on the port, from lines as in /proc/net/tcp.</summary>
    public static IEnumerable<string> ListeningInodes(IEnumerable<string> lines, int port)
    {
        var suffix = port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in lines)
        {
            // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ...
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith(':' + suffix, StringComparison.Ordinal))
                yield return fields[9];
        }
    }

    private static bool Holds(string processFolder, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(processFolder, "fd"))
                .Select(link => new FileInfo(link).LinkTarget)
                .Any(target => target is not null && target.StartsWith("socket:[", StringComparison.Ordinal) && inodes.Contains(target["socket:[".Length..^1]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, or of another user.
            return false;
        }
    }

    private static string CommandLine(string processFolder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(processFolder, "cmdline")).Replace('\0', ' ').Trim();
            return text.Length <= 120 ? text : text[..117] + "...";
        }
        catch (IOException)
        {
            return "ended meanwhile";
        }
    }
}
