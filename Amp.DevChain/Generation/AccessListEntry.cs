namespace Amp.DevChain.Generation;

internal sealed record AccessListEntry(byte[] Address, byte[][] StorageKeys);
