namespace Amp.DevChain.Chain;

/// <summary>What the seed says of a block, for comparison with what others made of it.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">0x and 64 digits, like <paramref name="ParentHash"/>.</param>
/// <param name="ParentHash">Hash of the block below; zero for block 0.</param>
/// <param name="Timestamp">Seconds since the Unix epoch.</param>
/// <param name="Transactions">Transactions in it.</param>
/// <param name="FailedTransactions">Those with status 0.</param>
/// <param name="Logs">Logs in it.</param>
/// <param name="GasUsed">Gas used by all transactions, which is also the header's figure.</param>
public sealed record BlockFacts(
    ulong Number, string Hash, string ParentHash, ulong Timestamp, int Transactions, int FailedTransactions, int Logs, ulong GasUsed);
