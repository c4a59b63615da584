namespace Amp.Shared.Metadata.Ranges;

/// <summary>A range that waits.</summary>
/// <param name="Id">The range.</param>
/// <param name="NextBlock">Its first block that is not registered.</param>
/// <param name="IsHead">The head of a continuous job.</param>
/// <param name="WasMine">The worker that asks was the last to work on it.</param>
public readonly record struct ClaimableRange(long Id, ulong NextBlock, bool IsHead, bool WasMine);
