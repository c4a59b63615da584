using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>RLP of what a block is made of (Yellow Paper, EIPs 155, 2718, 2930, 1559, 4844, 4895, 7702). Last field first: see <see cref="RlpWriter"/>.</summary>
internal static class WireForm
{
    public static byte[] Transaction(Transaction tx, bool signed)
    {
        var writer = new RlpWriter();
        if (signed)
        {
            writer.NumberBytes(tx.Signature.S);
            writer.NumberBytes(tx.Signature.R);
            writer.Number(tx.Type == 0 ? LegacyV(tx) : tx.Signature.Odd ? 1U : 0U);
        }
        else if (tx.Type == 0 && tx.ChainId is { } chainId)
        {
            writer.Number(0);
            writer.Number(0);
            writer.Number(chainId);
        }

        if (tx.Type == 4)
            Authorizations(writer, tx.Authorizations);
        if (tx.Type == 3)
        {
            Hashes(writer, tx.BlobHashes);
            writer.Number(tx.MaxFeePerBlobGas);
        }

        if (tx.Type > 0)
            AccessList(writer, tx.AccessList);
        writer.Bytes(tx.Input);
        writer.Number(tx.Value);
        writer.Bytes(tx.To);
        writer.Number(tx.GasLimit);
        if (tx.Type >= 2)
        {
            writer.Number(tx.MaxFee);
            writer.Number(tx.MaxPriorityFee);
        }
        else
        {
            writer.Number(tx.GasPrice);
        }

        writer.Number(tx.Nonce);
        if (tx.Type > 0)
            writer.Number(tx.ChainId ?? throw new InvalidOperationException($"A transaction of type {tx.Type} names its chain."));
        writer.CloseList(0);
        if (tx.Type > 0)
            writer.Raw([tx.Type]);
        return writer.ToArrayAndClear();
    }

    public static ulong LegacyV(Transaction tx)
    {
        var parity = tx.Signature.Odd ? 1UL : 0UL;
        return tx.ChainId is { } chainId ? chainId * 2 + 35 + parity : 27 + parity;
    }

    public static byte[] Receipt(byte type, Receipt receipt)
    {
        var writer = new RlpWriter();
        for (var i = receipt.Logs.Length - 1; i >= 0; i--)
        {
            var log = receipt.Logs[i];
            var beforeLog = writer.Length;
            writer.Bytes(log.Data);
            Hashes(writer, log.Topics);
            writer.Bytes(log.Address);
            writer.CloseList(beforeLog);
        }

        writer.CloseList(0);
        writer.Bytes(receipt.Bloom);
        writer.Number(receipt.CumulativeGasUsed);
        writer.Number(receipt.Succeeded ? 1U : 0U);
        writer.CloseList(0);
        if (type > 0)
            writer.Raw([type]);
        return writer.ToArrayAndClear();
    }

    public static byte[] Withdrawal(Withdrawal withdrawal)
    {
        var writer = new RlpWriter();
        writer.Number(withdrawal.Amount);
        writer.Bytes(withdrawal.Address);
        writer.Number(withdrawal.ValidatorIndex);
        writer.Number(withdrawal.Index);
        writer.CloseList(0);
        return writer.ToArrayAndClear();
    }

    public static byte[] AuthorizationHash(Authorization authorization)
    {
        var writer = new RlpWriter();
        writer.Number(authorization.Nonce);
        writer.Bytes(authorization.Address);
        writer.Number(authorization.ChainId);
        writer.CloseList(0);
        writer.Raw([0x05]);
        return Keccak256.Hash(writer.Written);
    }

    public static byte[] Header(SealedBody sealedBody, ReadOnlySpan<byte> parentHash)
    {
        var body = sealedBody.Body;
        var writer = new RlpWriter();
        writer.Bytes(HeaderConstants.NoRequestsHash);
        writer.Bytes(body.ParentBeaconRoot);
        writer.Number(body.ExcessBlobGas);
        writer.Number(body.BlobGasUsed);
        writer.Bytes(sealedBody.WithdrawalsRoot);
        writer.Number(body.BaseFee);
        writer.Bytes(stackalloc byte[8]); // Nonce: zero since proof of stake.
        writer.Bytes(body.MixHash);
        writer.Bytes(body.ExtraData);
        writer.Number(body.Timestamp);
        writer.Number(body.GasUsed);
        writer.Number(body.GasLimit);
        writer.Number(body.Number);
        writer.Number(0); // Difficulty.
        writer.Bytes(body.Bloom);
        writer.Bytes(sealedBody.ReceiptsRoot);
        writer.Bytes(sealedBody.TransactionsRoot);
        writer.Bytes(body.StateRoot);
        writer.Bytes(body.Miner);
        writer.Bytes(HeaderConstants.NoOmmersHash);
        writer.Bytes(parentHash);
        writer.CloseList(0);
        return writer.ToArrayAndClear();
    }

    /// <summary>Size of a block in bytes, as nodes print it: header, transactions, no ommers, withdrawals.</summary>
    public static int SizeOfBlock(SealedBody sealedBody, int headerSize) =>
        SizeOfList(headerSize + SizeOfList(sealedBody.TransactionsSize) + 1 + SizeOfList(sealedBody.WithdrawalsSize));

    public static int SizeOfBytes(int length) => SizeOfList(length);

    private static int SizeOfList(int payload) => payload + payload switch
    {
        < 56 => 1,
        < 0x100 => 2,
        < 0x10000 => 3,
        _ => 4,
    };

    private static void AccessList(RlpWriter writer, AccessListEntry[] entries)
    {
        var before = writer.Length;
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            var beforeEntry = writer.Length;
            Hashes(writer, entries[i].StorageKeys);
            writer.Bytes(entries[i].Address);
            writer.CloseList(beforeEntry);
        }

        writer.CloseList(before);
    }

    private static void Authorizations(RlpWriter writer, Authorization[] entries)
    {
        var before = writer.Length;
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            var beforeEntry = writer.Length;
            writer.NumberBytes(entries[i].Signature.S);
            writer.NumberBytes(entries[i].Signature.R);
            writer.Number(entries[i].Signature.Odd ? 1U : 0U);
            writer.Number(entries[i].Nonce);
            writer.Bytes(entries[i].Address);
            writer.Number(entries[i].ChainId);
            writer.CloseList(beforeEntry);
        }

        writer.CloseList(before);
    }

    private static void Hashes(RlpWriter writer, byte[][] hashes)
    {
        var before = writer.Length;
        for (var i = hashes.Length - 1; i >= 0; i--)
            writer.Bytes(hashes[i]);
        writer.CloseList(before);
    }
}
