namespace Amp.DevChain.Chain;

/// <summary>Blocks that became part of the chain, as subscribers hear of them.</summary>
internal sealed record HeadChange(ChainView View, ulong First);
