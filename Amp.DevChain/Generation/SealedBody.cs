namespace Amp.DevChain.Generation;

/// <summary>A body whose transactions are signed and whose roots are known: all of a block but its parent.</summary>
internal sealed record SealedBody(
    BlockBody Body, byte[] TransactionsRoot, byte[] ReceiptsRoot, byte[] WithdrawalsRoot, int TransactionsSize, int WithdrawalsSize);
