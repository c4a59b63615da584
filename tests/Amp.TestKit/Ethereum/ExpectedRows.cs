using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>An independent reading of a node's answers: the rows that a block must give, each value as <see cref="Arrow.ArrowText"/> writes it.</summary>
/// <remarks>Shares no code with the extraction; written from the rules of the tables alone.</remarks>
public static class ExpectedRows
{
    private const string Null = "null";

    public static IReadOnlyList<string> OfBlock(JsonElement block) =>
    [
        Number(block, "number"), Number(block, "number"), Timestamp(block),
        Fixed(block, "hash", 32), Fixed(block, "parentHash", 32), Fixed(block, "sha3Uncles", 32), Fixed(block, "miner", 20),
        Fixed(block, "stateRoot", 32), Fixed(block, "transactionsRoot", 32), Fixed(block, "receiptsRoot", 32), Hex(block, "logsBloom"),
        Number(block, "difficulty"), Number(block, "totalDifficulty"), NumberOrZero(block, "gasLimit"), NumberOrZero(block, "gasUsed"), Hex(block, "extraData"),
        block.Has("mixHash") ? Fixed(block, "mixHash", 32) : new string('0', 64),
        block.Has("nonce") ? Text(new BigInteger(block.FixedBytes("nonce", 8), isUnsigned: true, isBigEndian: true)) : "0",
        Number(block, "baseFeePerGas"), Fixed(block, "withdrawalsRoot", 32), Number(block, "blobGasUsed"), Number(block, "excessBlobGas"),
        Fixed(block, "parentBeaconBlockRoot", 32), Fixed(block, "requestsHash", 32),
    ];

    public static IEnumerable<IReadOnlyList<string>> OfTransactions(JsonElement block, IReadOnlyList<JsonElement> receipts) =>
        block.GetProperty("transactions").EnumerateArray().Select((transaction, i) => OfTransaction(block, transaction, receipts[i], i));

    public static IEnumerable<IReadOnlyList<string>> OfLogs(JsonElement block, IReadOnlyList<JsonElement> receipts) =>
        receipts.SelectMany((receipt, i) => receipt.GetProperty("logs").EnumerateArray().Select(log => (Log: log, Transaction: i))).Select(place =>
        {
            var (log, transaction) = place;
            var topics = log.GetProperty("topics").EnumerateArray().Select(t => Digits(t.GetString()!)).ToList();
            return (IReadOnlyList<string>)
            [
                Number(block, "number"), Fixed(block, "hash", 32), Number(block, "number"), Timestamp(block),
                Fixed(log, "transactionHash", 32), Text(transaction), Number(log, "logIndex"), Fixed(log, "address", 20),
                .. Enumerable.Range(0, 4).Select(i => i < topics.Count ? topics[i] : Null),
                Hex(log, "data"),
            ];
        });

    private static IReadOnlyList<string> OfTransaction(JsonElement block, JsonElement transaction, JsonElement receipt, int index)
    {
        var type = transaction.Has("type") ? (int)transaction.Number("type") : 0;
        var (parity, chainId) = Signature(transaction, type);
        var hasGasPrice = type is 0 or 1;
        var known = type <= 4;
        return
        [
            Number(block, "number"), Fixed(block, "hash", 32), Number(block, "number"), Timestamp(block),
            Text(index), Fixed(transaction, "hash", 32), Fixed(transaction, "to", 20), known ? Number(transaction, "nonce") : NumberOrZero(transaction, "nonce"),
            hasGasPrice ? Number(transaction, "gasPrice") : Null,
            Number(transaction, "gas"), "'" + Number(transaction, "value") + "'", Hex(transaction, "input"),
            FixedOrZero(transaction, "r", known), FixedOrZero(transaction, "s", known), parity, chainId,
            Number(receipt, "gasUsed"), Text(type),
            hasGasPrice ? Number(transaction, "gasPrice") : known ? Number(transaction, "maxFeePerGas") : NumberOrZero(transaction, "maxFeePerGas"),
            hasGasPrice ? Null : Number(transaction, "maxPriorityFeePerGas"),
            Number(transaction, "maxFeePerBlobGas"),
            Fixed(transaction, "from", 20),
            receipt.Has("status") ? (receipt.Number("status").IsOne ? "true" : "false") : "true",
            receipt.Has("status") ? Null : Fixed(receipt, "root", 32),
            type == 0 ? Null : List(transaction.Items("accessList").Select(AccessListEntry)),
            transaction.Has("blobVersionedHashes") ? List(transaction.Items("blobVersionedHashes").Select(h => Digits(h.GetString()!))) : Null,
            transaction.Has("authorizationList") ? List(transaction.Items("authorizationList").Select(Authorization)) : Null,
            Number(receipt, "cumulativeGasUsed"), Number(receipt, "effectiveGasPrice"), Fixed(receipt, "contractAddress", 20),
        ];
    }

    private static (string Parity, string ChainId) Signature(JsonElement transaction, int type)
    {
        if (type == 0)
        {
            var v = transaction.Number("v");
            return v >= 35
                ? (v % 2 == 1 ? "false" : "true", Text((v - 35) / 2))
                : (v == 28 || v.IsOne ? "true" : "false", Null);
        }

        var parity = transaction.Has("yParity") ? transaction.Number("yParity") : transaction.Number("v");
        return (parity.IsOne ? "true" : "false", Number(transaction, "chainId"));
    }

    private static string AccessListEntry(JsonElement entry) =>
        "{" + Fixed(entry, "address", 20) + ", " + List(entry.Items("storageKeys").Select(k => Digits(k.GetString()!))) + "}";

    private static string Authorization(JsonElement entry) =>
        "{" + string.Join(", ", Number(entry, "chainId"), Fixed(entry, "address", 20), Number(entry, "nonce"),
            entry.Number("yParity").IsOne ? "true" : "false", Fixed(entry, "r", 32), Fixed(entry, "s", 32)) + "}";

    private static string Timestamp(JsonElement block) => Text(block.Number("timestamp") * 1_000_000_000) + "Nanosecond";

    private static string Number(JsonElement element, string name) => element.Has(name) ? Text(element.Number(name)) : Null;

    private static string NumberOrZero(JsonElement element, string name) => element.Has(name) ? Number(element, name) : "0";

    /// <summary>Types of other chains may come without a signature.</summary>
    private static string FixedOrZero(JsonElement element, string name, bool known) =>
        known || element.Has(name) ? Fixed(element, name, 32) : new string('0', 64);

    private static string Hex(JsonElement element, string name) => Convert.ToHexStringLower(element.Bytes(name));

    private static string Fixed(JsonElement element, string name, int size) =>
        element.Has(name) ? Convert.ToHexStringLower(element.FixedBytes(name, size)) : Null;

    private static string Digits(string hex) => hex[2..].ToLowerInvariant();

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
