using Amp.DevChain;
using Amp.DevChain.Chain;

namespace Amp.UnitTests.DevChain;

public sealed class StateFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amp-devchain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task A_restart_goes_on_with_the_chain_its_forks_and_its_height(Grade grade)
    {
        var settings = Settings(grade);
        var first = new Simulation(settings, TimeProvider.System);
        first.Mine(3);
        first.Reorganise(2, 0);
        first.Mine(2);
        first.Reorganise(1, 1);
        var facts = Facts(first);

        var second = new Simulation(settings, TimeProvider.System);
        Assert.Equal(facts, Facts(second));
        first.Mine(1);
        second.Mine(1);
        Assert.Equal(first.Block(first.Head), second.Block(second.Head));
        Assert.Equal(1 + (grade == Grade.Full ? 1 : 0), Directory.GetFiles(_folder).Length);

        await using var node = await DevChainNode.StartAsync(settings);
        var tx = (await node.BlockAsync(2)).GetProperty("transactions")[0].GetProperty("hash").GetString()!;
        Assert.Equal(tx, (await node.CallAsync("eth_getTransactionReceipt", tx)).GetProperty("transactionHash").GetString());
    }

    [Fact]
    public void A_higher_start_mines_what_is_missing_and_a_lower_one_keeps_the_height()
    {
        var settings = Settings(Grade.Load);
        new Simulation(settings, TimeProvider.System).Mine(5);
        Assert.Equal(9UL, new Simulation(settings, TimeProvider.System).Head);
        Assert.Equal(20UL, new Simulation(settings with { Blocks = 20 }, TimeProvider.System).Head);
        Assert.Equal(20UL, new Simulation(settings, TimeProvider.System).Head);
    }

    [Fact]
    public void The_state_of_another_chain_is_refused()
    {
        var settings = Settings(Grade.Load);
        new Simulation(settings, TimeProvider.System).Mine(1);
        var error = Assert.Throws<ArgumentException>(() => new Simulation(settings with { Seed = 99 }, TimeProvider.System));
        Assert.Contains("seed 99", error.Message);
    }

    private DevChainSettings Settings(Grade grade) =>
        new() { Grade = grade, Blocks = 4, TransactionsPerBlock = 2, LogsPerBlock = 2, StateFolder = _folder };

    private static List<BlockFacts?> Facts(Simulation simulation) =>
        [.. Enumerable.Range(0, (int)simulation.Head + 1).Select(number => simulation.Block((ulong)number))];
}
