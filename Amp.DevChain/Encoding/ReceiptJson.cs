using Amp.DevChain.Generation;

namespace Amp.DevChain.Encoding;

/// <summary>Receipts as eth_getBlockReceipts answers them.</summary>
internal static class ReceiptJson
{
    public static void WriteAll(TemplateWriter json, BlockBody body, HeaderFields header)
    {
        json.Raw("["u8);
        for (var i = 0; i < body.Receipts.Length; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            json.MarkItem();
            Write(json, body, header, i);
            json.MarkItem();
        }

        json.Raw("]"u8);
    }

    private static void Write(TemplateWriter json, BlockBody body, HeaderFields header, int index)
    {
        var tx = body.Transactions[index];
        var receipt = body.Receipts[index];
        json.Data("{\"blockHash\":"u8, header.Hash, HoleKind.BlockHash);
        json.Number(",\"blockNumber\":"u8, body.Number, HoleKind.Number);
        if (receipt.ContractAddress is null)
            json.Raw(",\"contractAddress\":null"u8);
        else
            json.Data(",\"contractAddress\":"u8, receipt.ContractAddress, HoleKind.Address, Slots.Created(index));
        json.Number(",\"cumulativeGasUsed\":"u8, receipt.CumulativeGasUsed);
        json.Number(",\"effectiveGasPrice\":"u8, receipt.EffectiveGasPrice);
        json.Data(",\"from\":"u8, tx.From, HoleKind.Account, Slots.From(index));
        json.Number(",\"gasUsed\":"u8, receipt.GasUsed);
        if (tx.Type == 3)
        {
            json.Number(",\"blobGasUsed\":"u8, BlockBody.GasPerBlob * (ulong)tx.BlobHashes.Length);
            json.Number(",\"blobGasPrice\":"u8, body.BlobBaseFee);
        }

        json.Raw(",\"logs\":["u8);
        for (var i = 0; i < receipt.Logs.Length; i++)
            WriteLog(json, body, header, index, i);
        json.Data("],\"logsBloom\":"u8, receipt.Bloom);
        json.Number(",\"status\":"u8, receipt.Succeeded ? 1U : 0U);
        TransactionJson.WriteTo(json, tx, index);
        json.Data(",\"transactionHash\":"u8, tx.Hash, HoleKind.TransactionHash, index);
        json.Number(",\"transactionIndex\":"u8, (uint)index);
        json.Number(",\"type\":"u8, tx.Type);
        json.Raw("}"u8);
    }

    private static void WriteLog(TemplateWriter json, BlockBody body, HeaderFields header, int transaction, int index)
    {
        var receipt = body.Receipts[transaction];
        var log = receipt.Logs[index];
        var logIndex = receipt.FirstLogIndex + index;
        json.Data(index == 0 ? "{\"address\":"u8 : ",{\"address\":"u8, log.Address);
        json.Raw(",\"topics\":["u8);
        for (var i = 0; i < log.Topics.Length; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            json.Topic(log.Topics[i], Slots.Topic(logIndex, i));
        }

        json.DataWithAmount("],\"data\":"u8, log.Data, Slots.LogData(logIndex));
        json.Number(",\"blockNumber\":"u8, body.Number, HoleKind.Number);
        json.Data(",\"transactionHash\":"u8, body.Transactions[transaction].Hash, HoleKind.TransactionHash, transaction);
        json.Number(",\"transactionIndex\":"u8, (uint)transaction);
        json.Data(",\"blockHash\":"u8, header.Hash, HoleKind.BlockHash);
        json.Number(",\"logIndex\":"u8, (uint)logIndex);
        json.Raw(",\"removed\":false}"u8);
    }
}
