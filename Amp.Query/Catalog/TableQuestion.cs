using Amp.Query.Sql;
using Amp.Shared.Chain;

namespace Amp.Query.Catalog;

/// <summary>Which table a query asks for, and between which blocks it can have rows that matter.</summary>
/// <param name="Table">The table.</param>
/// <param name="Blocks">Blocks whose rows can matter; a start above the end when none can.</param>
/// <param name="NotBefore">The database's time: what is known of the dataset may not be older; null for no such wish.</param>
internal sealed record TableQuestion(TableReference Table, BlockRange Blocks, DateTimeOffset? NotBefore = null)
{
    /// <summary>The blocks by <c>_block_num</c> alone: in a dataset that is not raw, <c>block_num</c> may be anything.</summary>
    public BlockRange OwnBlocks { get; init; } = Blocks;
}
