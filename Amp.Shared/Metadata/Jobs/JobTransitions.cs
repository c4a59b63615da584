namespace Amp.Shared.Metadata.Jobs;

/// <summary>The one table of a job's states: from which states each state may be entered.</summary>
/// <remarks>Every change names its sources in SQL, so two processes that act at once get one outcome.</remarks>
public static class JobTransitions
{
    private static readonly IReadOnlyDictionary<JobStatus, JobStatus[]> _sources = new Dictionary<JobStatus, JobStatus[]>
    {
        // A retry leaves ERROR; a repeated deploy starts an ended job again.
        [JobStatus.Scheduled] = [JobStatus.Error, JobStatus.Completed, JobStatus.Fatal, JobStatus.Stopped],
        [JobStatus.Running] = [JobStatus.Scheduled],
        [JobStatus.Completed] = [JobStatus.Running],
        [JobStatus.Error] = [JobStatus.Scheduled, JobStatus.Running],
        [JobStatus.Fatal] = [JobStatus.Scheduled, JobStatus.Running, JobStatus.Error],
        [JobStatus.StopRequested] = [JobStatus.Scheduled, JobStatus.Running, JobStatus.Error],
        [JobStatus.Stopping] = [JobStatus.StopRequested],
        [JobStatus.Stopped] = [JobStatus.Stopping],
    };

    /// <summary>Nothing happens to such a job until it is deployed again.</summary>
    public static IReadOnlyList<JobStatus> Terminal { get; } = [JobStatus.Completed, JobStatus.Fatal, JobStatus.Stopped];

    public static IReadOnlyList<JobStatus> Active { get; } = [.. Enum.GetValues<JobStatus>().Except(Terminal)];

    public static bool IsTerminal(this JobStatus status) => Terminal.Contains(status);

    public static IReadOnlyList<JobStatus> SourcesOf(JobStatus to) => _sources[to];

    public static bool Allows(JobStatus from, JobStatus to) => _sources[to].Contains(from);
}
