namespace Amp.Chains.Evm.Tables;

/// <summary>The tables that every <c>evm-rpc</c> dataset has, in the order in which a block's rows are handed on.</summary>
public static class EvmTables
{
    /// <summary>The first column of every table: the block that the row belongs to.</summary>
    public const string BlockNumColumn = "_block_num";

    public static EvmTable Blocks { get; } = new("blocks", BlocksTable.Schema);

    public static EvmTable Transactions { get; } = new("transactions", TransactionsTable.Schema);

    public static EvmTable Logs { get; } = new("logs", LogsTable.Schema);

    public static IReadOnlyList<EvmTable> All { get; } = [Blocks, Transactions, Logs];
}
