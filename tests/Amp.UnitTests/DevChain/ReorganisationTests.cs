using System.Text.Json;
using Amp.DevChain;

namespace Amp.UnitTests.DevChain;

public sealed class ReorganisationTests
{
    [Theory]
    [InlineData(Grade.Full, 1, 0)]
    [InlineData(Grade.Full, 6, 2)]
    [InlineData(Grade.Load, 1, 0)]
    [InlineData(Grade.Load, 20, 0)]
    [InlineData(Grade.Load, 5, 3)]
    public async Task A_reorganisation_replaces_its_depth_and_nothing_below(Grade grade, ulong depth, ulong extra)
    {
        await using var node = await StartAsync(grade);
        var before = await HashesAsync(node);
        await node.AdminAsync("reorg", new { depth, extra });
        var after = await HashesAsync(node);
        Assert.Equal(before.Count + (int)extra, after.Count);
        var kept = before.Count - (int)depth;
        Assert.Equal(before[..kept], after[..kept]);
        Assert.Empty(before[kept..].Intersect(after));
        await AssertLinkedAsync(node);
    }

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task Reorganisations_upon_reorganisations_leave_a_linked_chain(Grade grade)
    {
        await using var node = await StartAsync(grade);
        foreach (var (depth, extra) in new (ulong, ulong)[] { (3, 0), (1, 2), (8, 0), (2, 1), (20, 0), (4, 4) })
        {
            node.Simulation.Reorganise(depth, extra);
            node.Simulation.Mine(1);
            await AssertLinkedAsync(node);
        }
    }

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task The_branch_that_was_left_comes_back_block_for_block_and_goes_on(Grade grade)
    {
        await using var node = await StartAsync(grade);
        using var refused = await node.Http.PostAsync("admin/return", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);

        var first = await HashesAsync(node);
        await node.AdminAsync("reorg", new { depth = 5, extra = 2 });
        node.Simulation.Mine(1);
        var second = await HashesAsync(node);
        await node.AdminAsync("return", new { extra = 1 });
        var third = await HashesAsync(node);
        Assert.Equal(first, third[..first.Count]);
        Assert.Equal(second.Count + 1, third.Count);
        await AssertLinkedAsync(node);

        await node.AdminAsync("return", new { });
        var fourth = await HashesAsync(node);
        Assert.Equal(second, fourth[..second.Count]);
        Assert.Empty(third[first.Count..].Intersect(fourth));
        await AssertLinkedAsync(node);
    }

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task A_block_that_left_the_chain_is_still_found_by_its_hash_but_not_its_transactions(Grade grade)
    {
        await using var node = await StartAsync(grade);
        JsonElement old;
        ulong depth = 0;
        do
            old = await node.BlockAsync(await node.HeadAsync() - depth++);
        while (old.GetProperty("transactions").GetArrayLength() == 0);
        await node.AdminAsync("reorg", new { depth });
        var found = await node.CallAsync("eth_getBlockByHash", old.GetProperty("hash").GetString()!, true);
        Assert.True(JsonElement.DeepEquals(old, found));
        var tx = old.GetProperty("transactions")[0].GetProperty("hash").GetString()!;
        Assert.Equal(JsonValueKind.Null, (await node.CallAsync("eth_getTransactionReceipt", tx)).ValueKind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task A_depth_the_chain_has_not_is_refused(ulong depth)
    {
        await using var node = await StartAsync(Grade.Load);
        using var response = await node.Http.PostAsync(
            "admin/reorg", new StringContent($$"""{"depth":{{depth}}}"""), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("1 to 24", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<DevChainNode> StartAsync(Grade grade) => DevChainNode.StartAsync(
        new DevChainSettings { Grade = grade, Seed = 5, Blocks = 24, TransactionsPerBlock = 2, LogsPerBlock = 3 });

    private static async Task<List<string>> HashesAsync(DevChainNode node)
    {
        var hashes = new List<string>();
        var head = await node.HeadAsync();
        for (ulong number = 0; number <= head; number++)
            hashes.Add(await node.HashAsync(number));
        return hashes;
    }

    private static async Task AssertLinkedAsync(DevChainNode node)
    {
        var head = await node.HeadAsync();
        var parent = await node.HashAsync(0);
        for (ulong number = 1; number <= head; number++)
        {
            var block = await node.BlockAsync(number);
            Assert.Equal(parent, block.GetProperty("parentHash").GetString());
            parent = block.GetProperty("hash").GetString()!;
        }
    }
}
