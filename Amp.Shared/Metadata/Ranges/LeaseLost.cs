using Amp.Shared.Faults;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>The fault of a worker that writes for a range it no longer holds: it drops the range and takes other work.</summary>
public static class LeaseLost
{
    public static AmpException Of(RangeLease lease) =>
        new(ErrorCode.LeaseLost, $"the lease of range {lease.RangeId} of job {lease.JobId} under epoch {lease.Epoch} is gone");
}
