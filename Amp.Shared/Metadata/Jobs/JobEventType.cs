namespace Amp.Shared.Metadata.Jobs;

/// <summary>Words of <c>job_events.event_type</c>; persisted and seen by clients: frozen, they may only grow.</summary>
/// <remarks>A change of state is written as the word of the new state; the others tell what happened inside a state.</remarks>
public static class JobEventType
{
    public const string Scheduled = "SCHEDULED";
    public const string Running = "RUNNING";
    public const string Completed = "COMPLETED";
    public const string Error = "ERROR";
    public const string Fatal = "FATAL";
    public const string StopRequested = "STOP_REQUESTED";
    public const string Stopping = "STOPPING";
    public const string Stopped = "STOPPED";

    /// <summary>The job was cut into ranges; detail: end_block, tip_block, ranges.</summary>
    public const string Planned = "PLANNED";

    /// <summary>A worker took a range; detail: range_id, start, end, epoch.</summary>
    public const string RangeClaimed = "RANGE_CLAIMED";

    /// <summary>A worker gave a range back before its end; detail: range_id, next_block, epoch.</summary>
    public const string RangeReleased = "RANGE_RELEASED";

    /// <summary>A range is registered whole; detail: range_id, start, end.</summary>
    public const string RangeDone = "RANGE_DONE";

    /// <summary>A worker stopped beating and lost a range; detail: range_id, epoch.</summary>
    public const string LeaseExpired = "LEASE_EXPIRED";

    /// <summary>The chain replaced registered blocks; detail: from_block.</summary>
    public const string Reorganised = "REORGANISED";

    public static IReadOnlyList<string> All { get; } =
    [
        Scheduled, Running, Completed, Error, Fatal, StopRequested, Stopping, Stopped,
        Planned, RangeClaimed, RangeReleased, RangeDone, LeaseExpired, Reorganised,
    ];
}
