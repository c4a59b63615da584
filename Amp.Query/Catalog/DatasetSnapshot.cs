using System.Collections.Concurrent;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Apache.Arrow;

namespace Amp.Query.Catalog;

/// <summary>What a dataset's tables hold at one moment, cut at the highest block that all of them have.</summary>
/// <param name="ManifestHash">The manifest that the query's revision means.</param>
/// <param name="ReadAt">The database's time when it was read.</param>
/// <param name="Tables">Columns of each table that the manifest declares.</param>
/// <param name="Chains">Canonical chain and folder of each table that has an active revision.</param>
/// <param name="Range">Blocks that queries see; null while a table has none.</param>
internal sealed record DatasetSnapshot(
    string ManifestHash, DateTimeOffset ReadAt, IReadOnlyDictionary<string, Schema> Tables, IReadOnlyDictionary<string, TableChain> Chains, SnapshotRange? Range)
{
    /// <summary>Tables of which all files were asked for, by their names.</summary>
    public ConcurrentDictionary<string, TableSnapshot> Whole { get; } = new(StringComparer.Ordinal);

    public static DatasetSnapshot Of(
        string manifestHash, DateTimeOffset readAt, IReadOnlyDictionary<string, Schema> tables, IReadOnlyDictionary<string, TableChain> chains) =>
        new(manifestHash, readAt, tables, chains, tables.Keys.All(chains.ContainsKey) ? Cut(chains.Values) : null);

    private static SnapshotRange? Cut(IEnumerable<TableChain> chains)
    {
        TableChain? shortest = null;
        foreach (var chain in chains)
        {
            if (chain.Segments.Count == 0)
                return null;
            if (shortest is null || chain.Segments[^1].End < shortest.Segments[^1].End)
                shortest = chain;
        }

        if (shortest is null)
            return null;
        var (first, last) = (shortest.Segments[0], shortest.Segments[^1]);
        return new SnapshotRange(last.Network, first.Start, last.End, last.Hash, first.PrevHash);
    }
}
