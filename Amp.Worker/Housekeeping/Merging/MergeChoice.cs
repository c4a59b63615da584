using Amp.Shared.Metadata.Files;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Decides which consecutive segments of a dataset's tables become one. Pure.</summary>
/// <remarks>
/// All tables are merged at the same borders and registered together: a reorganisation then parts their chains at the same block, and a
/// query never sees the blocks of one branch with the logs of another.
/// </remarks>
internal static class MergeChoice
{
    /// <param name="tables">The live segments of each table of one dataset version.</param>
    /// <param name="rules">Sizes and ages.</param>
    /// <param name="now">The database's time, as the segments' are.</param>
    /// <param name="leftAlone">Segments whose files cannot be merged.</param>
    public static MergeDecision Decide(
        IReadOnlyList<IReadOnlyCollection<SegmentRow>> tables, MergeRules rules, DateTimeOffset now, IReadOnlySet<long> leftAlone)
    {
        var pieces = MergePieces.Of(tables, leftAlone);
        DateTimeOffset? lookAt = null;
        for (var first = 0; first < pieces.Count; first++)
        {
            if (!MayTakePart(pieces[first], rules, now, ref lookAt))
                continue;
            var count = Extend(pieces, first, rules, now, ref lookAt);
            var group = pieces.Skip(first).Take(count).ToArray();
            if (Merges(group).ToArray() is { Length: > 0 } merges && IsWorthIt(group, rules, now, ref lookAt))
                return new MergeDecision(merges, Witnesses(tables, merges), lookAt);
        }

        return new MergeDecision([], [], lookAt);
    }

    /// <summary>How many pieces from the first on fit into one file of each table.</summary>
    private static int Extend(IReadOnlyList<MergePiece> pieces, int first, MergeRules rules, DateTimeOffset now, ref DateTimeOffset? lookAt)
    {
        var (bytes, rows) = ((long[])pieces[first].Bytes.Clone(), (long[])pieces[first].Rows.Clone());
        var count = 1;
        for (; first + count < pieces.Count && bytes.Max() < rules.Bytes && (rules.Rows == 0 || rows.Max() < rules.Rows); count++)
        {
            var next = pieces[first + count];
            if (!MayTakePart(next, rules, now, ref lookAt))
                break;
            for (var i = 0; i < bytes.Length; i++)
                (bytes[i], rows[i]) = (bytes[i] + next.Bytes[i], rows[i] + next.Rows[i]);
            if (bytes.Max() > rules.Bytes * rules.Overflow || (rules.Rows > 0 && rows.Max() > rules.Rows * rules.Overflow))
                break;
        }

        return count;
    }

    private static bool MayTakePart(MergePiece piece, MergeRules rules, DateTimeOffset now, ref DateTimeOffset? lookAt) =>
        piece.IsSettled && (piece.Generation <= rules.MaxEagerGeneration || IsPast(piece.RegisteredAt + rules.Cooldown, now, ref lookAt));

    /// <summary>
    /// A large file that would be written anew for the sake of less than its own size rests one cooldown longer with each generation:
    /// otherwise one that grows to its target by small steps is written once in each cooldown.
    /// </summary>
    private static bool IsWorthIt(MergePiece[] group, MergeRules rules, DateTimeOffset now, ref DateTimeOffset? lookAt)
    {
        var largest = group.MaxBy(p => p.TotalBytes)!;
        return group.Length == 1 || largest.Generation <= Math.Max(rules.MaxEagerGeneration, 1) || largest.TotalBytes <= group.Sum(p => p.TotalBytes) - largest.TotalBytes
            || IsPast(largest.RegisteredAt + (rules.Cooldown * largest.Generation), now, ref lookAt);
    }

    private static bool IsPast(DateTimeOffset time, DateTimeOffset now, ref DateTimeOffset? lookAt)
    {
        if (time <= now)
            return true;
        if (lookAt is null || time < lookAt)
            lookAt = time;
        return false;
    }

    private static IEnumerable<IReadOnlyList<SegmentRow>> Merges(MergePiece[] group)
    {
        for (var i = 0; i < group[0].Tables.Count; i++)
        {
            var segments = group.SelectMany(p => p.Tables[i]).ToArray();
            if (segments.Length > 1)
                yield return segments;
        }
    }

    private static IReadOnlyList<long> Witnesses(IReadOnlyList<IReadOnlyCollection<SegmentRow>> tables, IReadOnlyList<SegmentRow>[] merges)
    {
        var witnesses = new List<long>();
        foreach (var merge in merges)
        {
            var parents = merge.Select(s => s.Id).ToHashSet();
            var live = tables.First(t => t.First().RevisionId == merge[0].RevisionId);
            witnesses.AddRange(live.Where(s => s.Start <= merge[^1].End && s.End >= merge[0].Start && !parents.Contains(s.Id)).Select(s => s.Id));
        }

        return witnesses;
    }
}
