namespace Amp.DevChain.Chain;

/// <summary>Sums over blocks of a chain.</summary>
public sealed record ChainSums(ulong Blocks, ulong Transactions, ulong FailedTransactions, ulong Logs, UInt128 GasUsed);
