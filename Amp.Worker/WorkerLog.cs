using Microsoft.Extensions.Logging;

namespace Amp.Worker;

/// <summary>Everything a worker logs.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(3001, LogLevel.Information, "Worker {NodeId} registered as {Incarnation}; {Freed} ranges of an earlier run are free")]
    public static partial void Registered(ILogger logger, string nodeId, Guid incarnation, int freed);

    [LoggerMessage(3002, LogLevel.Information, "Worker {NodeId} deregistered")]
    public static partial void Deregistered(ILogger logger, string nodeId);

    [LoggerMessage(3003, LogLevel.Warning, "Worker {NodeId} could not deregister; its row ages instead")]
    public static partial void DeregisterFailed(ILogger logger, string nodeId, Exception cause);

    [LoggerMessage(3004, LogLevel.Error, "The session of worker {NodeId} ended")]
    public static partial void SessionEnded(ILogger logger, string nodeId, Exception cause);

    [LoggerMessage(3005, LogLevel.Warning, "A heartbeat failed; the last one was {Silence} ago")]
    public static partial void BeatFailed(ILogger logger, TimeSpan silence, Exception cause);

    [LoggerMessage(3006, LogLevel.Information, "Worker {NodeId} beats again on a new connection")]
    public static partial void Reconnected(ILogger logger, string nodeId);

    [LoggerMessage(3007, LogLevel.Warning, "No heartbeat got through for {Silence}: this worker assumes that it lost its {Count} ranges")]
    public static partial void LostEverything(ILogger logger, TimeSpan silence, int count);

    [LoggerMessage(3008, LogLevel.Warning, "The lease of range {RangeId} of job {JobId} under epoch {Epoch} is gone; the range is dropped")]
    public static partial void LeaseLost(ILogger logger, long rangeId, long jobId, long epoch);

    [LoggerMessage(3009, LogLevel.Warning, "Listening for notifications failed; work is still found by looking")]
    public static partial void ListenFailed(ILogger logger, Exception cause);

    [LoggerMessage(3010, LogLevel.Warning, "The metadata database did not answer; trying again in {Pause}")]
    public static partial void DatabaseAway(ILogger logger, TimeSpan pause, Exception cause);

    [LoggerMessage(3090, LogLevel.Error, "Looking for work failed; trying again in {Pause}")]
    public static partial void LookFailed(ILogger logger, TimeSpan pause, Exception cause);

    [LoggerMessage(3011, LogLevel.Information, "Job {JobId} planned: tip {Tip}, end {End}")]
    public static partial void Planned(ILogger logger, long jobId, ulong tip, ulong? end);

    [LoggerMessage(3012, LogLevel.Warning, "Job {JobId} could not be planned: {Status} {Code}")]
    public static partial void PlanFailed(ILogger logger, long jobId, string status, string code, Exception cause);

    [LoggerMessage(3013, LogLevel.Information, "Range {RangeId} of job {JobId} taken under epoch {Epoch}: {Start} to {End}")]
    public static partial void RangeTaken(ILogger logger, long rangeId, long jobId, long epoch, ulong start, ulong? end);

    [LoggerMessage(3014, LogLevel.Information, "Range {RangeId} of job {JobId} done: {Blocks} blocks in {Elapsed}")]
    public static partial void RangeDone(ILogger logger, long rangeId, long jobId, ulong blocks, TimeSpan elapsed);

    [LoggerMessage(3015, LogLevel.Information, "Range {RangeId} of job {JobId} given back at block {Next}")]
    public static partial void RangeReleased(ILogger logger, long rangeId, long jobId, ulong next);

    [LoggerMessage(3016, LogLevel.Warning, "Range {RangeId} of job {JobId} failed at block {Block}: {Status} {Code}")]
    public static partial void RangeFailed(ILogger logger, long rangeId, long jobId, ulong block, string status, string code, Exception cause);

    [LoggerMessage(3017, LogLevel.Debug, "Segment {Start} to {End} of {Dataset} registered")]
    public static partial void SegmentRegistered(ILogger logger, string dataset, ulong start, ulong end);

    [LoggerMessage(3018, LogLevel.Warning, "The chain of {Network} was reorganised: {Dataset} is read again from block {From}")]
    public static partial void Reorganised(ILogger logger, string network, string dataset, ulong from);

    [LoggerMessage(3019, LogLevel.Information, "{Count} expired leases freed, the first of worker {NodeId}")]
    public static partial void LeasesExpired(ILogger logger, int count, string nodeId);

    [LoggerMessage(3020, LogLevel.Warning, "The grace period of {Grace} is over; the ranges at hand are dropped")]
    public static partial void GraceOver(ILogger logger, TimeSpan grace);

    [LoggerMessage(3021, LogLevel.Information, "Stopping: {Count} ranges close their segments")]
    public static partial void Leaving(ILogger logger, int count);

    [LoggerMessage(3022, LogLevel.Information, "Head of job {JobId} is {Behind} blocks behind: handed to ordinary ranges")]
    public static partial void BacklogHanded(ILogger logger, long jobId, ulong behind);

    [LoggerMessage(3023, LogLevel.Warning, "{Count} files of lost leases collected")]
    public static partial void OrphansCollected(ILogger logger, int count);

    [LoggerMessage(3024, LogLevel.Error, "The failure of range {RangeId} of job {JobId} could not be written; the range is given back without it")]
    public static partial void FailureNotWritten(ILogger logger, long rangeId, long jobId, Exception cause);

    [LoggerMessage(3026, LogLevel.Warning, "The database was lost at work on range {RangeId} of job {JobId}; trying again in {Pause}")]
    public static partial void DatabaseLostAtWork(ILogger logger, long rangeId, long jobId, TimeSpan pause, Exception cause);

    [LoggerMessage(3027, LogLevel.Information, "{Count} leases given back that this worker does not work on")]
    public static partial void LeasesReturned(ILogger logger, int count);

    [LoggerMessage(3028, LogLevel.Information, "Rehearsed the way from a deploy to a claim in {Elapsed}")]
    public static partial void Rehearsed(ILogger logger, TimeSpan elapsed);

    [LoggerMessage(3029, LogLevel.Information, "The rehearsal ended early; the first job of this worker is taken up a little later")]
    public static partial void RehearsalFailed(ILogger logger, Exception cause);

    [LoggerMessage(3025, LogLevel.Warning, "Files that nobody needs any more could not be deleted; they are tried again")]
    public static partial void CollectFailed(ILogger logger, Exception cause);

    [LoggerMessage(3030, LogLevel.Warning, "{Count} uploads dropped that were begun a day ago and that nobody announced")]
    public static partial void DeadUploadsDropped(ILogger logger, int count);

    [LoggerMessage(3031, LogLevel.Warning, "Range {RangeId} of job {JobId} was asked to stop and has not ended within {Grace}: it is dropped")]
    public static partial void StopOverdue(ILogger logger, long rangeId, long jobId, TimeSpan grace);

    [LoggerMessage(3032, LogLevel.Warning, "{Count} pieces of work have not ended; the process ends without them")]
    public static partial void LeftBehind(ILogger logger, int count);

    [LoggerMessage(3033, LogLevel.Information, "Blocks {Start} to {End} of {Dataset} merged: {Count} segments, {Bytes} bytes after it, in {Elapsed}")]
    public static partial void Merged(ILogger logger, string dataset, ulong start, ulong end, int count, long bytes, TimeSpan elapsed);

    [LoggerMessage(3034, LogLevel.Information, "Blocks {Start} to {End} of {Dataset} changed while they were merged; the merge is dropped")]
    public static partial void MergeOvertaken(ILogger logger, string dataset, ulong start, ulong end);

    [LoggerMessage(3035, LogLevel.Warning, "The lease to merge segments of {Dataset} under epoch {Epoch} is gone; the merge is dropped")]
    public static partial void MergeLeaseLost(ILogger logger, string dataset, long epoch);

    [LoggerMessage(3036, LogLevel.Warning, "Segments of {Dataset} could not be merged; they stay as they are")]
    public static partial void MergeFailed(ILogger logger, string dataset, Exception cause);

    [LoggerMessage(3037, LogLevel.Warning, "Looking for segments to merge failed; it is tried again")]
    public static partial void MergesFailed(ILogger logger, Exception cause);

    [LoggerMessage(3038, LogLevel.Information, "{Count} files of retired segments collected")]
    public static partial void RetiredCollected(ILogger logger, int count);

    [LoggerMessage(3039, LogLevel.Warning, "Names of dataset versions could not be kept in the lake; it is tried again")]
    public static partial void NamesNotKept(ILogger logger, Exception cause);

    [LoggerMessage(3040, LogLevel.Information, "Range {RangeId} of job {JobId} goes over to the providers that there are now")]
    public static partial void OtherProviders(ILogger logger, long rangeId, long jobId);
}
