using Amp.DevChain.Chain;

namespace Amp.DevChain.Admin;

/// <summary>A block and the hour it was mined, by the clock and not by its header.</summary>
internal sealed record MinedBlock(
    ulong Number,
    string Hash,
    string ParentHash,
    ulong Timestamp,
    int Transactions,
    int FailedTransactions,
    int Logs,
    ulong GasUsed,
    DateTimeOffset? MinedAt)
{
    public static MinedBlock From(BlockFacts facts, DateTimeOffset? minedAt) => new(
        facts.Number,
        facts.Hash,
        facts.ParentHash,
        facts.Timestamp,
        facts.Transactions,
        facts.FailedTransactions,
        facts.Logs,
        facts.GasUsed,
        minedAt);
}
