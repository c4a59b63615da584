using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>The wire form of receipts, from a node's JSON; the bloom is recomputed from the logs, not taken over.</summary>
public static class ReceiptEncoding
{
    public static byte[] Encode(JsonElement receipt)
    {
        var logs = receipt.Items("logs").ToList();
        var outcome = receipt.Has("status") ? Rlp.Number(receipt.Number("status")) : Rlp.Bytes(receipt.Bytes("root"));
        var body = Rlp.List(
            outcome,
            Rlp.Number(receipt.Number("cumulativeGasUsed")),
            Rlp.Bytes(Bloom.OfLogs(logs)),
            Rlp.List(logs.Select(Log)));
        var type = TransactionEncoding.Type(receipt);
        return type == 0 ? body : [(byte)type, .. body];
    }

    private static byte[] Log(JsonElement log) => Rlp.List(
        Rlp.Bytes(log.Bytes("address")),
        Rlp.List(log.Items("topics").Select(topic => Rlp.Bytes(HexJson.ToBytes(topic.GetString()!)))),
        Rlp.Bytes(log.Bytes("data")));
}
