using Amp.Shared.Faults;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>A segment cannot be merged; the others can.</summary>
/// <param name="segment">Row of its registration.</param>
/// <param name="message">What is wrong with it.</param>
/// <param name="cause">Who said so.</param>
internal sealed class MergeFault(long segment, string message, Exception? cause = null) : AmpException(ErrorCode.ObjectStoreError, message, cause)
{
    public long Segment { get; } = segment;
}
