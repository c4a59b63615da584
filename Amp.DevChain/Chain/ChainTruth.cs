namespace Amp.DevChain.Chain;

/// <summary>
/// What the seed says, without a node: the same settings and the same changes give the same blocks as the node in another
/// process. In the load grade a block costs well below a microsecond, in the full grade as much as mining it.
/// </summary>
public sealed class ChainTruth(DevChainSettings settings)
{
    private readonly Simulation _simulation = new(settings, TimeProvider.System);

    public ulong Head => _simulation.Head;

    public ulong Mine(ulong count) => _simulation.Mine(count);

    public ulong Reorganise(ulong depth, ulong extra) => _simulation.Reorganise(depth, extra);

    public ulong Return(ulong extra) => _simulation.Return(extra);

    public BlockFacts Block(ulong number) => _simulation.Block(number)
        ?? throw new ArgumentOutOfRangeException(nameof(number), number, $"The chain ends at {Head}.");

    public ChainSums Sum(ulong first, ulong last) => _simulation.Sum(first, last);
}
