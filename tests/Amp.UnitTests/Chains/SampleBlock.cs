using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amp.UnitTests.Chains;

/// <summary>A small valid block with two transactions and three logs, as JSON that a test may bend.</summary>
internal sealed class SampleBlock
{
    public const ulong Number = 100;

    public SampleBlock()
    {
        Block = new JsonObject
        {
            ["number"] = "0x64",
            ["hash"] = Word(0xB),
            ["parentHash"] = Word(0xA),
            ["sha3Uncles"] = Word(1),
            ["miner"] = Address(1),
            ["stateRoot"] = Word(2),
            ["transactionsRoot"] = Word(3),
            ["receiptsRoot"] = Word(4),
            ["logsBloom"] = "0x" + new string('0', 512),
            ["difficulty"] = "0x2",
            ["gasLimit"] = "0x1c9c380",
            ["gasUsed"] = "0xa410",
            ["timestamp"] = "0x64facce7",
            ["extraData"] = "0x616d70",
            ["mixHash"] = Word(5),
            ["nonce"] = "0x0000000000000102",
            ["baseFeePerGas"] = "0x7",
            ["transactions"] = new JsonArray(Transaction(0, "0x0"), Transaction(1, "0x2")),
        };
        Receipts = new JsonArray(Receipt(0, 0, 1), Receipt(1, 1, 2));
    }

    public JsonObject Block { get; }

    public JsonArray Receipts { get; }

    public JsonObject First => Tx(0);

    public JsonObject Second => Tx(1);

    public JsonObject Tx(int index) => Block["transactions"]![index]!.AsObject();

    public JsonObject ReceiptOf(int index) => Receipts[index]!.AsObject();

    public JsonObject Log(int receipt, int index) => Receipts[receipt]!["logs"]![index]!.AsObject();

    public static string Word(int last) => "0x" + last.ToString("x64", null);

    public static string Address(int last) => "0x" + last.ToString("x40", null);

    public static string Copy(JsonNode node) => node.ToJsonString();

    /// <summary>The transaction of the block that is of the given type.</summary>
    public JsonObject Typed(string? type)
    {
        if (type is null)
            First.Remove("type");
        else
            First["type"] = type;
        return First;
    }

    public DecodedBlock Decode(ulong number = Number) => DecodedBlock.Of(number, Block.ToJsonString(), Receipts.ToJsonString());

    private static JsonObject Transaction(int index, string type)
    {
        var transaction = new JsonObject
        {
            ["blockHash"] = Word(0xB),
            ["blockNumber"] = "0x64",
            ["transactionIndex"] = $"0x{index:x}",
            ["hash"] = Word(0x100 + index),
            ["type"] = type,
            ["nonce"] = "0x9",
            ["from"] = Address(0x10),
            ["to"] = Address(0x20),
            ["value"] = "0xde0b6b3a7640000",
            ["input"] = "0x01ff",
            ["gas"] = "0x5208",
            ["gasPrice"] = "0x3b9aca00",
            ["v"] = "0x1b",
            ["r"] = "0x1",
            ["s"] = "0x2",
        };
        if (type != "0x0")
        {
            transaction["maxFeePerGas"] = "0x77359400";
            transaction["maxPriorityFeePerGas"] = "0x1";
            transaction["chainId"] = "0x1";
            transaction["v"] = "0x1";
            transaction["yParity"] = "0x1";
            transaction["accessList"] = new JsonArray();
        }

        return transaction;
    }

    private static JsonObject Receipt(int index, int firstLog, int logs) => new()
    {
        ["transactionHash"] = Word(0x100 + index),
        ["transactionIndex"] = $"0x{index:x}",
        ["blockHash"] = Word(0xB),
        ["blockNumber"] = "0x64",
        ["status"] = "0x1",
        ["gasUsed"] = "0x5208",
        ["cumulativeGasUsed"] = $"0x{0x5208 * (index + 1):x}",
        ["effectiveGasPrice"] = "0x3b9aca00",
        ["contractAddress"] = null,
        ["logs"] = new JsonArray([.. Enumerable.Range(0, logs).Select(i => (JsonNode)new JsonObject
        {
            ["blockHash"] = Word(0xB),
            ["blockNumber"] = "0x64",
            ["transactionHash"] = Word(0x100 + index),
            ["transactionIndex"] = $"0x{index:x}",
            ["logIndex"] = $"0x{firstLog + i:x}",
            ["address"] = Address(0x30),
            ["topics"] = new JsonArray([.. Enumerable.Range(1, i + 1).Select(t => (JsonNode)Word(t))]),
            ["data"] = "0x" + new string('a', 2 * i),
        })]),
    };
}
