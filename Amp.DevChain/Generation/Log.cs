namespace Amp.DevChain.Generation;

internal sealed record Log(byte[] Address, byte[][] Topics, byte[] Data);
