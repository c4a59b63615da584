namespace Amp.Shared.Chain;

/// <summary>What identifies a block and links it to its parent.</summary>
/// <param name="Number">Height of the block.</param>
/// <param name="Hash">Hash of the block.</param>
/// <param name="ParentHash">Hash of the block before it; zero for the genesis block.</param>
/// <param name="Timestamp">Seconds since the Unix epoch.</param>
public readonly record struct BlockHeader(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp);
