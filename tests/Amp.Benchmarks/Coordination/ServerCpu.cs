using System.Globalization;

namespace Amp.Benchmarks.Coordination;

/// <summary>Processor time of a PostgreSQL server: its first process and all that it has started, also those that ended.</summary>
internal static class ServerCpu
{
    private const double TicksPerSecond = 100;

    public static TimeSpan Of(int postmaster)
    {
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) || Read(process) is not { } fields)
                continue;
            if (process == postmaster || Number(fields[1]) == postmaster)
                ticks += Number(fields[11]) + Number(fields[12]);
            if (process == postmaster)
                ticks += Number(fields[13]) + Number(fields[14]);
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Of one of its processes alone; zero when it has ended.</summary>
    public static TimeSpan OfProcess(int process) =>
        Read(process) is { } fields ? TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond) : TimeSpan.Zero;

    /// <summary>The fields after the name, of which the first is the state.</summary>
    private static string[]? Read(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended since the folder was listed.
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
