namespace Amp.DevChain.Admin;

/// <param name="Extra">Blocks to mine above the height that the chain has now, or had before the reorganisation if that was higher.</param>
internal sealed record ReturnRequest(ulong Extra = 0);
