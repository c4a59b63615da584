using Amp.Shared.Chain;

namespace Amp.Query.Sql.Bounds;

/// <summary>
/// What a condition says of columns of block numbers, where it is of use: one lies in a range, or two are equal. A row of which it is not true, also because a
/// column is null, does not pass.
/// </summary>
/// <param name="Column">The column.</param>
/// <param name="Equal">The one that it equals; null for a range.</param>
/// <param name="Blocks">The range.</param>
internal sealed record BlockFact(SourceColumn Column, SourceColumn? Equal, BlockRange Blocks);
