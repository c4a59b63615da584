namespace Amp.Shared.Metadata;

/// <summary>Where a database stands against what this program knows, as sets of numbered script names.</summary>
/// <param name="Missing">Scripts of this program that the database has not seen.</param>
/// <param name="Unknown">Scripts of the database that this program does not know: it is newer.</param>
public sealed record SchemaVersion(IReadOnlyList<string> Missing, IReadOnlyList<string> Unknown)
{
    /// <summary>The table in which the migrator notes what it ran.</summary>
    public const string JournalTable = "schema_versions";

    public bool IsCurrent => Missing.Count == 0 && Unknown.Count == 0;

    public static SchemaVersion Compare(IEnumerable<string> known, IEnumerable<string> applied)
    {
        var ours = known.ToHashSet(StringComparer.Ordinal);
        var theirs = applied.ToHashSet(StringComparer.Ordinal);
        return new SchemaVersion(
            [.. ours.Except(theirs).Order(StringComparer.Ordinal)],
            [.. theirs.Except(ours).Order(StringComparer.Ordinal)]);
    }
}
