namespace Amp.DevChain.Chain;

/// <summary>Makes the blocks of a chain, in one grade.</summary>
internal abstract class BlockStore
{
    /// <summary>The chain of block 0 to <paramref name="height"/>.</summary>
    public abstract ChainView Begin(ulong height, CancellationToken cancellationToken);

    /// <summary>The chain with <paramref name="count"/> blocks more.</summary>
    public abstract ChainView Mine(ChainView view, ulong count);

    /// <summary>The chain as <paramref name="forks"/> has it, up to <paramref name="head"/>; below <paramref name="start"/> it is the old one.</summary>
    public abstract ChainView Reorganise(ChainView view, ForkTree forks, ulong start, ulong head);

    public abstract BlockAnswers Answers(ChainView view, BlockKey block);

    public abstract BlockKey? FindBlock(ChainView view, ReadOnlySpan<byte> hash);

    public abstract (BlockKey Block, int Index)? FindTransaction(ChainView view, ReadOnlySpan<byte> hash);

    public abstract byte[] Hash(ChainView view, BlockKey block);

    public abstract BlockFacts Facts(ChainView view, BlockKey block);

    protected static string Text(ReadOnlySpan<byte> hash) => "0x" + Convert.ToHexStringLower(hash);
}
