using System.Globalization;
using System.Reflection;

namespace Amp.Shared.Metadata.Workers;

/// <summary>Which source a build is of, and when it was made.</summary>
/// <param name="CommitSha">All hex digits of the commit; <see cref="Unknown"/> where the build had no git or no history.</param>
/// <param name="CommitTimestamp">When it was committed; null where the commit is unknown.</param>
/// <param name="BuildDate">When the assembly was written.</param>
public sealed record BuildOrigin(string CommitSha, DateTimeOffset? CommitTimestamp, DateTimeOffset BuildDate)
{
    public const string Unknown = "unknown";

    public static BuildOrigin OfThisBuild { get; } = Read();

    /// <summary>Understands what the project file embeds: the second of the commit and its hash.</summary>
    public static BuildOrigin Parse(string? commit, DateTimeOffset buildDate) =>
        commit?.Split(' ') is [var seconds, var sha] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new BuildOrigin(sha, DateTimeOffset.FromUnixTimeSeconds(second), buildDate)
            : new BuildOrigin(Unknown, null, buildDate);

    private static BuildOrigin Read()
    {
        var assembly = typeof(BuildOrigin).Assembly;
        var commit = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "Commit")?.Value;

        // In a single file an assembly has no place of its own; the program has.
        var file = assembly.Location is { Length: > 0 } own ? own : Environment.ProcessPath!;
        return Parse(commit, new DateTimeOffset(File.GetLastWriteTimeUtc(file)));
    }
}
