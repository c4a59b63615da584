namespace Amp.DevChain.Admin;

/// <param name="Depth">Blocks to replace, from the head down.</param>
/// <param name="Extra">Blocks to mine above the old height; 0 leaves the chain at the height it had.</param>
internal sealed record ReorgRequest(ulong Depth, ulong Extra = 0);
