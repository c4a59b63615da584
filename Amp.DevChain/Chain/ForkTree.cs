namespace Amp.DevChain.Chain;

/// <summary>Which fork every height of the chain belongs to, at one moment. Immutable; a reorganisation makes a new one.</summary>
internal sealed class ForkTree
{
    private readonly (ulong Start, uint Fork)[] _canonical;

    // By fork: its lowest block, and the fork of the block below that.
    private readonly (ulong Start, uint Parent)[] _forks;

    private ForkTree((ulong Start, uint Fork)[] canonical, (ulong Start, uint Parent)[] forks)
    {
        _canonical = canonical;
        _forks = forks;
    }

    public static ForkTree First { get; } = new([(0, 0)], [(0, 0)]);

    public int Count => _forks.Length;

    public ulong[] CanonicalStarts => [.. _canonical.Select(entry => entry.Start)];

    public uint[] CanonicalForks => [.. _canonical.Select(entry => entry.Fork)];

    public ulong[] ForkStarts => [.. _forks.Select(entry => entry.Start)];

    public uint[] ForkParents => [.. _forks.Select(entry => entry.Parent)];

    public static ForkTree Restore(ulong[] canonicalStarts, uint[] canonicalForks, ulong[] forkStarts, uint[] forkParents) =>
        new([.. canonicalStarts.Zip(canonicalForks)], [.. forkStarts.Zip(forkParents)]);

    /// <summary>The block of the chain at this height.</summary>
    public BlockKey At(ulong number)
    {
        var (low, high) = (0, _canonical.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_canonical[middle].Start <= number)
                low = middle;
            else
                high = middle - 1;
        }

        return new BlockKey(number, _canonical[low].Fork);
    }

    public bool IsCanonical(BlockKey block) => At(block.Number) == block;

    /// <summary>The block below, on the chain as it was when this one was mined; null below block 0.</summary>
    public BlockKey? Parent(BlockKey block)
    {
        if (block.Number == 0)
            return null;
        var (start, parent) = _forks[block.Fork];
        return new BlockKey(block.Number - 1, block.Number == start ? parent : block.Fork);
    }

    public bool Exists(BlockKey block) => block.Fork < _forks.Length && block.Number >= _forks[block.Fork].Start;

    /// <summary>The chain of an earlier tree again; the forks made since stay known.</summary>
    public ForkTree Return(ForkTree earlier) => new(earlier._canonical, _forks);

    /// <summary>A chain whose blocks from <paramref name="start"/> on are new.</summary>
    public ForkTree Fork(ulong start)
    {
        var fork = (uint)_forks.Length;
        var kept = _canonical.TakeWhile(entry => entry.Start < start);
        return new ForkTree([.. kept, (start, fork)], [.. _forks, (start, At(start - 1).Fork)]);
    }
}
