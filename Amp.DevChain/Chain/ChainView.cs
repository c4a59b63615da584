namespace Amp.DevChain.Chain;

/// <summary>The chain at one moment: an answer is made from one view, so that it never mixes two.</summary>
internal sealed record ChainView(ulong Head, ForkTree Forks, HashList? Hashes)
{
    public BlockKey HeadBlock => Forks.At(Head);
}
