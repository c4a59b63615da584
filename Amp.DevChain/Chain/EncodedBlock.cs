using Amp.DevChain.Encoding;
using Amp.DevChain.Generation;

namespace Amp.DevChain.Chain;

/// <summary>The answers about one block (full grade), or about one shape of block (load grade).</summary>
internal sealed record EncodedBlock(
    JsonTemplate Block,
    JsonTemplate BlockWithHashes,
    JsonTemplate Header,
    JsonTemplate Receipts,
    byte[][] TransactionHashes,
    int Transactions,
    int FailedTransactions,
    int Logs,
    ulong GasUsed)
{
    public long Size => Block.Text.LongLength + BlockWithHashes.Text.LongLength + Header.Text.LongLength + Receipts.Text.LongLength;

    public static EncodedBlock From(BlockBody body, HeaderFields header, bool leaveHoles)
    {
        using var json = new TemplateWriter(leaveHoles);
        BlockJson.Write(json, body, header, fullTransactions: true);
        var block = json.Take();
        BlockJson.Write(json, body, header, fullTransactions: false);
        var withHashes = json.Take();
        BlockJson.WriteHeader(json, body, header);
        var announced = json.Take();
        ReceiptJson.WriteAll(json, body, header);
        return new EncodedBlock(
            block,
            withHashes,
            announced,
            json.Take(),
            [.. body.Transactions.Select(tx => tx.Hash)],
            body.Transactions.Length,
            body.Receipts.Count(receipt => !receipt.Succeeded),
            body.LogCount,
            body.GasUsed);
    }
}
