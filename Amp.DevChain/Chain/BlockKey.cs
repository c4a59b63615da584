namespace Amp.DevChain.Chain;

/// <summary>Names a block for good: its height and the fork it was mined on. Fork 0 is the first chain, each reorganisation makes one.</summary>
internal readonly record struct BlockKey(ulong Number, uint Fork);
