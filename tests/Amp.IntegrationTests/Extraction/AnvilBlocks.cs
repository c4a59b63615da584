using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.TestKit;
using Amp.TestKit.Ethereum;
using Amp.TestKit.Nodes;

namespace Amp.IntegrationTests.Extraction;

/// <summary>Real transactions on a real node: every row against the node's own answers.</summary>
public sealed class AnvilBlocks
{
    /// <summary>
    /// With call data it emits LOG0, LOG1 and LOG4; without, it reverts. Eleven bytes that return the rest, then:
    /// CALLDATASIZE ISZERO JUMPI(revert), three logs, STOP, JUMPDEST REVERT.
    /// </summary>
    private const string Emitter = "0x" + "6025 80 600b 6000 39 6000 f3" + "36 15 601f 57" + "6020 6000 a0" + "6001 6020 6000 a1" + "6004 6003 6002 6001 6040 6000 a4" + "00" + "5b 6000 6000 fd";

    [Theory]
    [InlineData("http", "rpc_batch_size = 10")]
    [InlineData("http", "")]
    [InlineData("http", "fetch_receipts_per_tx = true")]
    [InlineData("ws", "rpc_batch_size = 10")]
    [InlineData("ws", "fetch_receipts_per_tx = true")]
    public async Task Transfers_creations_events_and_failures_come_out_as_the_node_has_them(string scheme, string provider)
    {
        await using var node = await AnvilNode.StartAsync();
        var head = await FillAsync(node);
        List<RecordedBlock> blocks = [];
        for (ulong number = 0; number <= head; number++)
            blocks.Add(await node.Client.BlockAsync(number));
        Assert.Contains(blocks, b => b.ReceiptList.Any(r => r.Number("status").IsZero));
        Assert.Contains(blocks, b => b.ReceiptList.Any(r => r.GetProperty("logs").GetArrayLength() == 3));
        Assert.Equal([0, 1, 2], blocks.SelectMany(b => b.Block.Items("transactions")).Select(t => (int)t.Number("type")).Distinct().Order());

        await using var rows = await ExtractedRows.OpenAsync(new UriBuilder(node.Url) { Scheme = scheme }.Uri, provider);

        await rows.AreThoseOfAsync(blocks);
    }

    [Fact]
    public async Task An_account_that_runs_the_code_of_a_contract_says_so_in_its_row()
    {
        // The third account of every Anvil.
        var key = Convert.FromHexString("5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a");
        await using var node = await AnvilNode.StartAsync("--hardfork", "prague");
        var accounts = (await node.Client.CallAsync("eth_accounts")).EnumerateArray().Select(a => a.GetString()!).ToList();
        var authorization = AuthorizationSigner.Sign(key, 31_337, HexJson.ToBytes(accounts[5]), nonce: 0);
        var sent = await node.Client.CallAsync("eth_sendTransaction", new JsonObject
        {
            ["from"] = accounts[0],
            ["to"] = accounts[0],
            ["gas"] = "0x30d40",
            ["maxFeePerGas"] = "0x77359400",
            ["maxPriorityFeePerGas"] = "0x1",
            ["authorizationList"] = new JsonArray(authorization),
        });
        await ReceiptAsync(node, sent.GetString()!);
        var block = await node.Client.BlockAsync(1);
        Assert.Equal(4, (int)block.Block.Items("transactions").Single().Number("type"));
        Assert.StartsWith("0xef0100", (await node.Client.CallAsync("eth_getCode", accounts[2], "latest")).GetString(), StringComparison.Ordinal);

        await using var rows = await ExtractedRows.OpenAsync(node.Url);

        await rows.AreThoseOfAsync([block]);
    }

    /// <summary>The node mines at once, but not before it has answered.</summary>
    private static Task<JsonElement> ReceiptAsync(AnvilNode node, string hash) =>
        Eventually.SatisfiesAsync(() => node.Client.CallAsync("eth_getTransactionReceipt", hash), r => r.ValueKind == JsonValueKind.Object, "the transaction is mined");

    private static async Task<ulong> FillAsync(AnvilNode node)
    {
        var accounts = (await node.Client.CallAsync("eth_accounts")).EnumerateArray().Select(a => a.GetString()!).ToList();
        var (from, to) = (accounts[0], accounts[1]);
        await SendAsync(new() { ["to"] = to, ["value"] = "0xde0b6b3a7640000" });
        await SendAsync(new() { ["to"] = to, ["value"] = "0x1", ["gasPrice"] = "0x77359400" });
        var created = await SendAsync(new() { ["data"] = Emitter.Replace(" ", "", StringComparison.Ordinal) });
        var contract = created.GetProperty("contractAddress").GetString()!;
        await SendAsync(new() { ["to"] = contract, ["data"] = "0x01" });
        await SendAsync(new()
        {
            ["to"] = contract,
            ["data"] = "0x0102",
            ["gasPrice"] = "0x77359400",
            ["accessList"] = new JsonArray(new JsonObject { ["address"] = contract, ["storageKeys"] = new JsonArray("0x" + new string('0', 63) + "1") }),
        });
        await SendAsync(new() { ["to"] = contract, ["gas"] = "0x186a0" });
        await node.Client.CallAsync("anvil_mine", "0x3");

        // Several transactions in one block: the log index runs over all of them.
        await node.Client.CallAsync("evm_setAutomine", false);
        for (var i = 0; i < 5; i++)
            await node.Client.CallAsync("eth_sendTransaction", new JsonObject { ["from"] = from, ["to"] = contract, ["data"] = "0x0a", ["gas"] = "0x186a0" });
        await node.Client.CallAsync("evm_mine");
        return (ulong)HexJson.ToNumber((await node.Client.CallAsync("eth_blockNumber")).GetString()!);

        async Task<JsonElement> SendAsync(JsonObject transaction)
        {
            transaction["from"] = from;
            var hash = (await node.Client.CallAsync("eth_sendTransaction", transaction)).GetString()!;
            return await ReceiptAsync(node, hash);
        }
    }
}
