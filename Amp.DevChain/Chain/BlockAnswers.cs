using Amp.DevChain.Encoding;

namespace Amp.DevChain.Chain;

/// <summary>The answers about one block, ready to be written.</summary>
internal readonly record struct BlockAnswers(EncodedBlock Encoded, HoleFiller? Filler)
{
    public void WriteBlock(ResponseBuffer output, bool fullTransactions) =>
        (fullTransactions ? Encoded.Block : Encoded.BlockWithHashes).Write(output, Filler);

    public void WriteHeader(ResponseBuffer output) => Encoded.Header.Write(output, Filler);

    public void WriteReceipts(ResponseBuffer output) => Encoded.Receipts.Write(output, Filler);

    public void WriteTransaction(ResponseBuffer output, int index) => Encoded.Block.WriteItem(output, Filler, index);

    public void WriteReceipt(ResponseBuffer output, int index) => Encoded.Receipts.WriteItem(output, Filler, index);
}
