using Amp.Shared.Chain;

namespace Amp.Worker.Jobs;

/// <summary>How far the head is followed.</summary>
/// <param name="Next">First block that is not registered.</param>
/// <param name="ParentHash">Hash of the registered block before it; null when that block is not registered yet.</param>
internal readonly record struct HeadPlace(ulong Next, Hash32? ParentHash)
{
    /// <summary>The node's head is as high as what is registered, and another block: a reorganisation of equal height.</summary>
    public bool IsReplacedBy(BlockHeader head) => ParentHash is { } hash && head.Number + 1 == Next && head.Hash != hash;
}
