using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Amp.TestKit.Ethereum;

namespace Amp.TestKit.Chains;

/// <summary>
/// The rows that a block and its receipts must give, read from the node's JSON with nothing of the extraction's code:
/// documents instead of spans, big integers instead of words, the mapping rules written down a second time.
/// </summary>
public static class ExpectedRows
{
    private static readonly BigInteger _nanos = 1_000_000_000;

    /// <summary>Rows as <see cref="Arrow.ArrowText.Rows"/> writes them.</summary>
    public static string Block(JsonElement b) => Join(
        Number(b, "number"), Number(b, "number"), Timestamp(b), Hex(b, "hash"), Hex(b, "parentHash"), Hex(b, "sha3Uncles"), Hex(b, "miner"),
        Hex(b, "stateRoot"), Hex(b, "transactionsRoot"), Hex(b, "receiptsRoot"), Hex(b, "logsBloom"), Number(b, "difficulty"),
        NumberOrNull(b, "totalDifficulty"), Number(b, "gasLimit"), Number(b, "gasUsed"), Hex(b, "extraData"), Padded(b, "mixHash", 32),
        Number(b, "nonce"), NumberOrNull(b, "baseFeePerGas"), HexOrNull(b, "withdrawalsRoot"), NumberOrNull(b, "blobGasUsed"),
        NumberOrNull(b, "excessBlobGas"), HexOrNull(b, "parentBeaconBlockRoot"), HexOrNull(b, "requestsHash"));

    public static IEnumerable<string> Transactions(JsonElement block, IReadOnlyList<JsonElement> receipts)
    {
        var transactions = block.Items("transactions").ToList();
        return transactions.Select((t, i) => Transaction(block, t, receipts[i]));
    }

    public static IEnumerable<string> Logs(JsonElement block, IEnumerable<JsonElement> receipts) =>
        receipts.SelectMany(r => r.Items("logs")).Select(l => Join(
            Number(block, "number"), Hex(block, "hash"), Number(block, "number"), Timestamp(block), Hex(l, "transactionHash"),
            Number(l, "transactionIndex"), Number(l, "logIndex"), Hex(l, "address"), Topic(l, 0), Topic(l, 1), Topic(l, 2), Topic(l, 3), Hex(l, "data")));

    private static string Transaction(JsonElement block, JsonElement t, JsonElement r)
    {
        var type = t.Has("type") ? (int)t.Number("type") : 0;
        var (parity, chain) = type == 0 ? LegacyV(t.Number("v")) : (t.Has("yParity") ? t.Number("yParity") : t.Number("v"), t.Has("chainId") ? t.Number("chainId") : null);
        var priced = type is 0 or 1;
        var known = type <= 4;
        var rootOnly = !r.Has("status");
        return Join(
            Number(block, "number"),
            Hex(block, "hash"),
            Number(block, "number"),
            Timestamp(block),
            Number(t, "transactionIndex"),
            Hex(t, "hash"),
            HexOrNull(t, "to"),
            Number(t, "nonce"),
            priced ? Number(t, "gasPrice") : "null",
            Number(t, "gas"),
            $"'{Number(t, "value")}'",
            Hex(t, "input"),
            Padded(t, "r", 32),
            Padded(t, "s", 32),
            Bool(parity.IsOne),
            chain?.ToString(CultureInfo.InvariantCulture) ?? "null",
            Number(r, "gasUsed"),
            type.ToString(CultureInfo.InvariantCulture),
            priced ? Number(t, "gasPrice") : t.Has("maxFeePerGas") || known ? Number(t, "maxFeePerGas") : "0",
            priced ? "null" : NumberOrNull(t, "maxPriorityFeePerGas"),
            NumberOrNull(t, "maxFeePerBlobGas"),
            Hex(t, "from"),
            Bool(rootOnly || r.Number("status").IsOne),
            rootOnly ? Hex(r, "root") : "null",
            type == 0 ? "null" : List(t.Items("accessList").Select(AccessListEntry)),
            t.Has("blobVersionedHashes") ? List(t.Items("blobVersionedHashes").Select(Hex)) : "null",
            t.Has("authorizationList") ? List(t.Items("authorizationList").Select(Authorization)) : "null",
            NumberOrNull(r, "cumulativeGasUsed"),
            NumberOrNull(r, "effectiveGasPrice"),
            HexOrNull(r, "contractAddress"));
    }

    private static (BigInteger Parity, BigInteger? Chain) LegacyV(BigInteger v)
    {
        if (v >= 35)
            return ((v - 35) % 2, (v - 35) / 2);
        return (v >= 27 ? v - 27 : v, null);
    }

    private static string AccessListEntry(JsonElement e) => $"{{{Hex(e, "address")}, {List(e.Items("storageKeys").Select(Hex))}}}";

    private static string Authorization(JsonElement a)
    {
        var parity = a.Has("yParity") ? a.Number("yParity") : a.Number("v");
        return $"{{{Number(a, "chainId")}, {Hex(a, "address")}, {Number(a, "nonce")}, {Bool(parity.IsOne)}, {Padded(a, "r", 32)}, {Padded(a, "s", 32)}}}";
    }

    private static string Topic(JsonElement log, int index) => log.Items("topics").ElementAtOrDefault(index) is { ValueKind: JsonValueKind.String } topic ? Hex(topic) : "null";

    private static string Timestamp(JsonElement block) => (block.Number("timestamp") * _nanos).ToString(CultureInfo.InvariantCulture) + "Nanosecond";

    private static string Number(JsonElement e, string name) => e.Number(name).ToString(CultureInfo.InvariantCulture);

    private static string NumberOrNull(JsonElement e, string name) => e.Has(name) ? Number(e, name) : "null";

    private static string Hex(JsonElement text) => Convert.ToHexStringLower(HexJson.ToBytes(text.GetString()!));

    private static string Hex(JsonElement e, string name) => Hex(e.GetProperty(name));

    private static string HexOrNull(JsonElement e, string name) => e.Has(name) ? Hex(e, name) : "null";

    private static string Padded(JsonElement e, string name, int size) => Convert.ToHexStringLower(e.FixedBytes(name, size));

    private static string Bool(bool value) => value ? "true" : "false";

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Join(params string[] cells) => string.Join(" | ", cells);
}
