using Amp.Shared.Chain;

namespace Amp.Query.Catalog;

/// <summary>The blocks of one network that a query sees, and the hashes that fix them.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Start">First block.</param>
/// <param name="End">Last block.</param>
/// <param name="Hash">Hash of the last block.</param>
/// <param name="PrevHash">Hash of the block before the first.</param>
public sealed record SnapshotRange(string Network, ulong Start, ulong End, Hash32 Hash, Hash32 PrevHash);
