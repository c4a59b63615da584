using System.Globalization;
using System.Text.Json.Nodes;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Nodes;

namespace Amp.ScenarioTests.Extraction;

/// <summary>Anvil replaces its last blocks, at equal height: the lake becomes its chain, hash by hash and parent by parent.</summary>
public sealed class ARealNodeReorganises
{
    private const string Dataset = "test/eth@1.0.0";
    private const ulong Blocks = 90;

    /// <summary>The first account that Anvil gives ether.</summary>
    private const string Funded = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    [Fact]
    public async Task By_1_2_7_and_64_blocks()
    {
        await using var node = await AnvilNode.StartAsync();
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = "0.1", ["writer.segment_flush_interval_secs"] = "0.2" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = null, Workers = 2, Config = config });
        cluster.AddProvider("anvil", AmpCluster.Network, node.Url, "rpc_batch_size = 10");
        await node.Client.CallAsync("anvil_mine", $"0x{Blocks:x}");
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await BecomesAsync(cluster, node);

        var transfer = 1;
        foreach (var depth in (int[])[1, 2, 7, 64, 7, 1])
        {
            var before = await HashAsync(node, await HeadAsync(node));
            await node.Client.CallAsync("anvil_reorg", depth, Another(transfer++));
            Assert.NotEqual(before, await HashAsync(node, await HeadAsync(node)));
            await BecomesAsync(cluster, node);
            await node.Client.CallAsync("evm_mine");
            await BecomesAsync(cluster, node);
        }
    }

    /// <summary>Puts a transfer of its own into the first block that is replaced: empty blocks of one second would be the same blocks again.</summary>
    private static JsonArray Another(int value) =>
    [
        new JsonArray(new JsonObject { ["from"] = Funded, ["to"] = Funded, ["value"] = $"0x{value:x}", ["gas"] = "0x5208" }, 0),
    ];

    /// <summary>Every block that is answered is the node's, and the node's head is among them.</summary>
    private static Task BecomesAsync(AmpCluster cluster, AnvilNode node) => Eventually.TrueAsync(
        async () =>
        {
            var head = await HeadAsync(node);
            var rows = await cluster.QueryAsync($"select block_num, hash, parent_hash from \"{Dataset}\".blocks order by block_num");
            if ((ulong)rows.Count != head + 1)
                return false;
            var parent = "";
            for (var number = 0UL; number <= head; number++)
            {
                var row = rows[(int)number];
                var hash = Text(row, "hash");
                if (Text(row, "block_num") != number.ToString(CultureInfo.InvariantCulture) || hash != await HashAsync(node, number) || (number > 0 && Text(row, "parent_hash") != parent))
                    return false;
                parent = hash;
            }

            return true;
        },
        "the lake is the node's chain", TimeSpan.FromMinutes(1), () => cluster.Tails());

    private static string Text(System.Text.Json.JsonElement row, string name)
    {
        var text = row.GetProperty(name).ToString();
        return name == "block_num" || text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text;
    }

    private static async Task<ulong> HeadAsync(AnvilNode node) =>
        ulong.Parse((await node.Client.CallAsync("eth_blockNumber")).GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static async Task<string> HashAsync(AnvilNode node, ulong number) =>
        (await node.Client.CallAsync("eth_getBlockByNumber", $"0x{number:x}", false)).GetProperty("hash").GetString()!;
}
