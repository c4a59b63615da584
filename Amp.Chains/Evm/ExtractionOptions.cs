namespace Amp.Chains.Evm;

/// <summary>How a range of blocks is read: how much memory it may take and how large its batches are.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Recompute header hashes, roots and blooms of every block.</summary>
    public bool Verify { get; init; }

    /// <summary>Answers that are downloaded, or asked for, ahead of the block that is being turned into rows.</summary>
    public long MaxBytesInFlight { get; init; } = 32 << 20;

    /// <summary>A batch ends with the block that brings any of its tables to this many rows …</summary>
    public int MaxBatchRows { get; init; } = 16_384;

    /// <summary>… or all of them together to this many bytes.</summary>
    public long MaxBatchBytes { get; init; } = 8 << 20;

    /// <summary>A batch that waits for the node is handed on after this time, however small it is.</summary>
    public TimeSpan MaxBatchDelay { get; init; } = TimeSpan.FromMilliseconds(500);
}
