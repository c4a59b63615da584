using System.Security.Cryptography;
using System.Text;
using Amp.DevChain;
using Amp.DevChain.Chain;

namespace Amp.UnitTests.DevChain;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task Equal_settings_give_equal_bytes_however_the_chain_grew(Grade grade)
    {
        var settings = new DevChainSettings { Grade = grade, Seed = 11, Blocks = 12, TransactionsPerBlock = 5, LogsPerBlock = 6 };
        await using var one = await DevChainNode.StartAsync(settings);
        await using var other = await DevChainNode.StartAsync(settings with { Blocks = 3 });
        other.Simulation.Mine(4);
        other.Simulation.Mine(5);
        Assert.Equal(await FingerprintAsync(one), await FingerprintAsync(other));
        one.Simulation.Reorganise(4, 2);
        other.Simulation.Reorganise(4, 1);
        other.Simulation.Mine(1);
        Assert.Equal(await FingerprintAsync(one), await FingerprintAsync(other));
    }

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public void Seed_and_chain_id_make_other_chains(Grade grade)
    {
        var settings = new DevChainSettings { Grade = grade, Blocks = 3, TransactionsPerBlock = 2, LogsPerBlock = 2 };
        var hashes = new[] { settings, settings with { Seed = 2 }, settings with { ChainId = 5 } }
            .Select(each => new ChainTruth(each).Block(2).Hash);
        Assert.Equal(3, hashes.Distinct().Count());
    }

    /// <summary>The bytes themselves are frozen: lakes and tests that were made from a seed stay true.</summary>
    [Theory]
    [InlineData(Grade.Full, FrozenFull)]
    [InlineData(Grade.Load, FrozenLoad)]
    public async Task The_chain_of_a_seed_never_changes(Grade grade, string fingerprint)
    {
        await using var node = await DevChainNode.StartAsync(new DevChainSettings { Grade = grade, Seed = 1, Blocks = 20 });
        Assert.Equal(fingerprint, (await FingerprintAsync(node))[..fingerprint.Length]);
    }

    private const string FrozenFull = "33006E228575A7CAFA9A1141C4CF6ECC8722D675";
    private const string FrozenLoad = "FB5A9F169CFD7F4621648C07CAFDDF60162645BE";

    private static async Task<string> FingerprintAsync(DevChainNode node)
    {
        var text = new StringBuilder();
        var head = await node.HeadAsync();
        for (ulong number = 0; number <= head; number++)
        {
            text.Append(await node.TextAsync(DevChainNode.Request("eth_getBlockByNumber", $"0x{number:x}", true)));
            text.Append(await node.TextAsync(DevChainNode.Request("eth_getBlockReceipts", $"0x{number:x}")));
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
