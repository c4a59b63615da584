namespace Amp.DevChain.Admin;

/// <param name="Count">Blocks to mine on the head.</param>
internal sealed record MineRequest(ulong Count = 1);
