using Amp.DevChain.Generation;

namespace Amp.DevChain.Encoding;

/// <summary>A transaction as a block or eth_getTransactionByHash shows it.</summary>
internal static class TransactionJson
{
    public static void Write(TemplateWriter json, BlockBody body, HeaderFields header, int index)
    {
        var tx = body.Transactions[index];
        json.Data("{\"blockHash\":"u8, header.Hash, HoleKind.BlockHash);
        json.Number(",\"blockNumber\":"u8, body.Number, HoleKind.Number);
        json.Data(",\"from\":"u8, tx.From, HoleKind.Account, Slots.From(index));
        json.Number(",\"gas\":"u8, tx.GasLimit);
        json.Number(",\"gasPrice\":"u8, tx.Type < 2 ? tx.GasPrice : body.Receipts[index].EffectiveGasPrice);
        if (tx.Type >= 2)
        {
            json.Number(",\"maxFeePerGas\":"u8, tx.MaxFee);
            json.Number(",\"maxPriorityFeePerGas\":"u8, tx.MaxPriorityFee);
        }

        if (tx.Type == 3)
            json.Number(",\"maxFeePerBlobGas\":"u8, tx.MaxFeePerBlobGas);
        json.Data(",\"hash\":"u8, tx.Hash, HoleKind.TransactionHash, index);
        json.DataWithAmount(",\"input\":"u8, tx.Input, Slots.Input(index));
        json.Number(",\"nonce\":"u8, tx.Nonce, HoleKind.Nonce, index);
        WriteTo(json, tx, index);
        json.Number(",\"transactionIndex\":"u8, (uint)index);
        if (tx.Value == 0)
            json.Number(",\"value\":"u8, 0);
        else
            json.Number(",\"value\":"u8, tx.Value, HoleKind.Value, Slots.Value(index));
        json.Number(",\"type\":"u8, tx.Type);
        if (tx.Type > 0)
            WriteAccessList(json, tx.AccessList);
        if (tx.ChainId is { } chainId)
            json.Number(",\"chainId\":"u8, chainId);
        if (tx.Type == 3)
            WriteBlobHashes(json, tx.BlobHashes);
        if (tx.Type == 4)
            WriteAuthorizations(json, tx.Authorizations);
        json.Number(",\"v\":"u8, tx.Type == 0 ? WireForm.LegacyV(tx) : Parity(tx.Signature.Odd));
        json.NumberBytes(",\"r\":"u8, tx.Signature.R, HoleKind.SignatureHalf, Slots.R(index));
        json.NumberBytes(",\"s\":"u8, tx.Signature.S, HoleKind.SignatureHalf, Slots.S(index));
        if (tx.Type > 0)
            json.Number(",\"yParity\":"u8, Parity(tx.Signature.Odd));
        json.Raw("}"u8);
    }

    /// <summary>A plain transfer goes to some account, a call to the contract it was made for.</summary>
    public static void WriteTo(TemplateWriter json, Transaction tx, int index)
    {
        if (tx.To is null)
            json.Raw(",\"to\":null"u8);
        else if (tx.Input.Length == 0)
            json.Data(",\"to\":"u8, tx.To, HoleKind.Account, Slots.To(index));
        else
            json.Data(",\"to\":"u8, tx.To);
    }

    private static uint Parity(bool odd) => odd ? 1U : 0U;

    private static void WriteAccessList(TemplateWriter json, AccessListEntry[] entries)
    {
        json.Raw(",\"accessList\":["u8);
        for (var i = 0; i < entries.Length; i++)
        {
            json.Data(i == 0 ? "{\"address\":"u8 : ",{\"address\":"u8, entries[i].Address);
            json.Raw(",\"storageKeys\":["u8);
            WriteWords(json, entries[i].StorageKeys);
            json.Raw("]}"u8);
        }

        json.Raw("]"u8);
    }

    private static void WriteBlobHashes(TemplateWriter json, byte[][] hashes)
    {
        json.Raw(",\"blobVersionedHashes\":["u8);
        WriteWords(json, hashes);
        json.Raw("]"u8);
    }

    private static void WriteWords(TemplateWriter json, byte[][] words)
    {
        for (var i = 0; i < words.Length; i++)
            json.Data(i == 0 ? [] : ","u8, words[i]);
    }

    private static void WriteAuthorizations(TemplateWriter json, Authorization[] entries)
    {
        json.Raw(",\"authorizationList\":["u8);
        for (var i = 0; i < entries.Length; i++)
        {
            json.Number(i == 0 ? "{\"chainId\":"u8 : ",{\"chainId\":"u8, entries[i].ChainId);
            json.Data(",\"address\":"u8, entries[i].Address);
            json.Number(",\"nonce\":"u8, entries[i].Nonce);
            json.Number(",\"yParity\":"u8, Parity(entries[i].Signature.Odd));
            json.NumberBytes(",\"r\":"u8, entries[i].Signature.R);
            json.NumberBytes(",\"s\":"u8, entries[i].Signature.S);
            json.Raw("}"u8);
        }

        json.Raw("]"u8);
    }
}
