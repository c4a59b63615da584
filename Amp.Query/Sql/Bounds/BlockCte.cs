using System.Collections.Immutable;
using System.Text.Json;
using Amp.Shared.Chain;

namespace Amp.Query.Sql.Bounds;

/// <summary>A query of a WITH, and what those who name it ask of it.</summary>
/// <param name="node">The query.</param>
/// <param name="isRenamed">Whether its columns have other names outside.</param>
/// <param name="before">The queries that it can name itself.</param>
internal sealed class BlockCte(JsonElement node, bool isRenamed, ImmutableDictionary<string, BlockCte> before)
{
    private readonly Dictionary<string, BlockRange> _asked = [];
    private readonly Dictionary<string, BlockRange?> _within = [];

    public JsonElement Node => node;

    public bool IsRenamed => isRenamed;

    public ImmutableDictionary<string, BlockCte> Before => before;

    /// <summary>Between which blocks a column's values lie, found once: queries that name each other twice would be looked at a million times.</summary>
    public BlockRange? Within(string column, Func<string, BlockRange?> find) => _within.TryGetValue(column, out var known) ? known : _within[column] = find(column);

    /// <summary>Somebody needs the rows in a range of a column.</summary>
    public void Ask(string column, BlockRange blocks) => _asked[column] = _asked.TryGetValue(column, out var known) ? BlockBounds.Around(known, blocks) : blocks;

    /// <summary>The rows that anybody needs, by a column.</summary>
    public BlockRange Asked(string column) => _asked.GetValueOrDefault(column, BlockBounds.All);
}
