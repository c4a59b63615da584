using Amp.DevChain.Generation;

namespace Amp.DevChain.Encoding;

/// <summary>A block as eth_getBlockByNumber answers it.</summary>
internal static class BlockJson
{
    public static void Write(TemplateWriter json, BlockBody body, HeaderFields header, bool fullTransactions)
    {
        json.Raw("{"u8);
        WriteHeaderFields(json, body, header);
        json.Number(",\"size\":"u8, (uint)header.Size);
        json.Raw(",\"uncles\":[],\"transactions\":["u8);
        for (var i = 0; i < body.Transactions.Length; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            json.MarkItem();
            if (fullTransactions)
                TransactionJson.Write(json, body, header, i);
            else
                json.Data([], body.Transactions[i].Hash, HoleKind.TransactionHash, i);
            json.MarkItem();
        }

        json.Raw("],\"withdrawals\":["u8);
        for (var i = 0; i < body.Withdrawals.Length; i++)
        {
            json.Number(i == 0 ? "{\"index\":"u8 : ",{\"index\":"u8, body.Withdrawals[i].Index);
            json.Number(",\"validatorIndex\":"u8, body.Withdrawals[i].ValidatorIndex);
            json.Data(",\"address\":"u8, body.Withdrawals[i].Address);
            json.Number(",\"amount\":"u8, body.Withdrawals[i].Amount);
            json.Raw("}"u8);
        }

        json.Raw("]}"u8);
    }

    /// <summary>A header as a newHeads subscription announces it.</summary>
    public static void WriteHeader(TemplateWriter json, BlockBody body, HeaderFields header)
    {
        json.Raw("{"u8);
        WriteHeaderFields(json, body, header);
        json.Raw("}"u8);
    }

    private static void WriteHeaderFields(TemplateWriter json, BlockBody body, HeaderFields header)
    {
        json.Number("\"number\":"u8, body.Number, HoleKind.Number);
        json.Data(",\"hash\":"u8, header.Hash, HoleKind.BlockHash);
        json.Data(",\"parentHash\":"u8, header.ParentHash, HoleKind.ParentHash);
        json.Data(",\"sha3Uncles\":"u8, HeaderConstants.NoOmmersHash);
        json.Data(",\"miner\":"u8, body.Miner);
        json.Data(",\"stateRoot\":"u8, body.StateRoot, HoleKind.Word, Slots.StateRoot);
        json.Data(",\"transactionsRoot\":"u8, header.TransactionsRoot, HoleKind.Word, Slots.TransactionsRoot);
        json.Data(",\"receiptsRoot\":"u8, header.ReceiptsRoot, HoleKind.Word, Slots.ReceiptsRoot);
        json.Data(",\"logsBloom\":"u8, body.Bloom);
        json.Raw(",\"difficulty\":\"0x0\""u8);
        json.Number(",\"gasLimit\":"u8, body.GasLimit);
        json.Number(",\"gasUsed\":"u8, body.GasUsed);
        json.Number(",\"timestamp\":"u8, body.Timestamp, HoleKind.Timestamp);
        json.Data(",\"extraData\":"u8, body.ExtraData);
        json.Data(",\"mixHash\":"u8, body.MixHash, HoleKind.Word, Slots.MixHash);
        json.Raw(",\"nonce\":\"0x0000000000000000\""u8);
        json.Number(",\"baseFeePerGas\":"u8, body.BaseFee);
        json.Data(",\"withdrawalsRoot\":"u8, header.WithdrawalsRoot, HoleKind.Word, Slots.WithdrawalsRoot);
        json.Number(",\"blobGasUsed\":"u8, body.BlobGasUsed);
        json.Number(",\"excessBlobGas\":"u8, body.ExcessBlobGas);
        json.Data(",\"parentBeaconBlockRoot\":"u8, body.ParentBeaconRoot, HoleKind.Word, Slots.ParentBeaconRoot);
        json.Data(",\"requestsHash\":"u8, HeaderConstants.NoRequestsHash);
    }
}
