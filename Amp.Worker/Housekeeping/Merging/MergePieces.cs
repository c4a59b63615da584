using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Cuts the canonical chains of a dataset's tables where all of them have a border.</summary>
internal static class MergePieces
{
    /// <param name="tables">The live segments of each table.</param>
    /// <param name="leftAlone">Segments whose files cannot be merged.</param>
    /// <returns>In block order, each following the one before it; none when a table is empty or the tables begin with different blocks.</returns>
    public static IReadOnlyList<MergePiece> Of(IReadOnlyList<IReadOnlyCollection<SegmentRow>> tables, IReadOnlySet<long> leftAlone)
    {
        var chains = tables.Select(t => CanonicalChain.Compute(t).Segments).ToArray();
        if (chains.Length == 0 || chains.Any(c => c.Count == 0 || !BeginsAs(c[0], chains[0][0])))
            return [];
        var unsettled = new HashSet<long>(leftAlone);
        for (var i = 0; i < chains.Length; i++)
            unsettled.UnionWith(Overtaken(tables[i], chains[i]));
        var common = chains.Select(c => c.Select(s => (s.End, s.Hash)).ToHashSet()).Aggregate((one, other) =>
        {
            one.IntersectWith(other);
            return one;
        });

        var pieces = new List<MergePiece>();
        var next = new int[chains.Length];
        foreach (var border in chains[0].Select(s => (s.End, s.Hash)).Where(common.Contains))
            pieces.Add(Cut(chains, next, border, unsettled));
        return pieces;
    }

    private static MergePiece Cut(IReadOnlyList<SegmentRow>[] chains, int[] next, (ulong End, Hash32 Hash) border, HashSet<long> unsettled)
    {
        var parts = new IReadOnlyList<SegmentRow>[chains.Length];
        var settled = true;
        for (var i = 0; i < chains.Length; i++)
        {
            var part = new List<SegmentRow>(1);
            do
            {
                part.Add(chains[i][next[i]]);
                settled &= !unsettled.Contains(part[^1].Id) && part[^1].Network == chains[0][0].Network;
            }
            while (chains[i][next[i]++].End != border.End);
            parts[i] = part;
        }

        return new MergePiece(parts, settled);
    }

    /// <summary>
    /// Segments of the chain some of whose blocks were read again later, or are to be because what was read later does not link to them: what
    /// they hold is about to be replaced. Merged, all of the blocks beside would have to be read again with it.
    /// </summary>
    private static IEnumerable<long> Overtaken(IReadOnlyCollection<SegmentRow> live, IReadOnlyList<SegmentRow> chain)
    {
        if (live.Count == chain.Count)
            yield break;
        foreach (var range in MissingRanges.Of(new BlockRange(chain[0].Start, chain[^1].End), live))
        {
            for (var i = FirstThatEndsAt(chain, range.Start); i < chain.Count && chain[i].Start <= range.End; i++)
                yield return chain[i].Id;
        }

        var canonical = chain.Select(s => s.Id).ToHashSet();
        foreach (var other in live.Where(s => !canonical.Contains(s.Id)))
        {
            for (var i = FirstThatEndsAt(chain, other.Start); i < chain.Count && chain[i].Start <= other.End; i++)
            {
                if (other.IsNewerThan(chain[i]))
                    yield return chain[i].Id;
            }
        }
    }

    private static int FirstThatEndsAt(IReadOnlyList<SegmentRow> chain, ulong block)
    {
        var (low, high) = (0, chain.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (chain[middle].End < block)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static bool BeginsAs(SegmentRow one, SegmentRow other) => one.Start == other.Start && one.PrevHash == other.PrevHash;
}
