namespace Amp.DevChain.Generation;

/// <summary>A validator's withdrawal; the amount is in gwei.</summary>
internal sealed record Withdrawal(ulong Index, ulong ValidatorIndex, byte[] Address, ulong Amount);
