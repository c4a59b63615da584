using Amp.Shared.Chain;

namespace Amp.Worker.Materialize;

/// <summary>Consecutive blocks to extract for a range.</summary>
/// <param name="Blocks">Which.</param>
/// <param name="ParentHash">Hash of the block before them, when it is known.</param>
/// <param name="EndsRange">The range is done with them.</param>
/// <param name="FirstOfJob">Nothing of the job is registered yet: the first rows make a segment at once.</param>
/// <param name="Tip">The node's newest block, when these are at the head.</param>
internal sealed record Piece(BlockRange Blocks, Hash32? ParentHash, bool EndsRange, bool FirstOfJob = false, ulong? Tip = null);
