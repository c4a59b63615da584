namespace Amp.DevChain.Generation;

/// <summary>What a block holds and the header fields that do not depend on the parent.</summary>
internal sealed record BlockBody
{
    public const ulong GasPerBlob = 131_072;

    public required ulong Number { get; init; }

    public required ulong Timestamp { get; init; }

    public required byte[] Miner { get; init; }

    public required UInt128 BaseFee { get; init; }

    public required ulong ExcessBlobGas { get; init; }

    public required UInt128 BlobBaseFee { get; init; }

    public required ulong GasLimit { get; init; }

    public required byte[] ExtraData { get; init; }

    public required byte[] StateRoot { get; init; }

    public required byte[] MixHash { get; init; }

    public required byte[] ParentBeaconRoot { get; init; }

    public required Transaction[] Transactions { get; init; }

    public required Receipt[] Receipts { get; init; }

    public required Withdrawal[] Withdrawals { get; init; }

    public required byte[] Bloom { get; init; }

    public ulong GasUsed => Receipts.Length == 0 ? 0 : Receipts[^1].CumulativeGasUsed;

    public ulong BlobGasUsed => GasPerBlob * (ulong)Transactions.Sum(tx => tx.BlobHashes.Length);

    public int LogCount => Receipts.Sum(receipt => receipt.Logs.Length);
}
