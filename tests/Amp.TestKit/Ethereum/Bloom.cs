using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>The 2048-bit bloom of addresses and topics of logs.</summary>
public static class Bloom
{
    public const int Size = 256;

    public static byte[] OfLogs(IEnumerable<JsonElement> logs)
    {
        var bloom = new byte[Size];
        foreach (var log in logs)
        {
            Add(bloom, log.Bytes("address"));
            foreach (var topic in log.GetProperty("topics").EnumerateArray())
                Add(bloom, HexJson.ToBytes(topic.GetString()!));
        }

        return bloom;
    }

    public static byte[] OfReceipts(IEnumerable<JsonElement> receipts) =>
        OfLogs(receipts.SelectMany(receipt => receipt.GetProperty("logs").EnumerateArray()));

    private static void Add(byte[] bloom, byte[] value)
    {
        var hash = Keccak.Hash(value);
        for (var i = 0; i < 6; i += 2)
        {
            var bit = ((hash[i] << 8) | hash[i + 1]) & 2047;
            bloom[Size - 1 - bit / 8] |= (byte)(1 << bit % 8);
        }
    }
}
