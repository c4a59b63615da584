using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;

namespace Amp.Controller.Admin.Jobs;

/// <summary>The <c>status</c> parameter of the job lists.</summary>
internal static class JobStatusFilter
{
    /// <summary>Null = all states.</summary>
    public static IReadOnlyList<JobStatus>? ForListing(string? text)
    {
        var statuses = new List<JobStatus>();
        var all = false;
        foreach (var word in (text ?? "active").Split(',', StringSplitOptions.TrimEntries))
        {
            switch (word.ToLowerInvariant())
            {
                case "all":
                    all = true;
                    break;
                case "active":
                    statuses.AddRange(JobTransitions.Active);
                    break;
                case "terminal":
                    statuses.AddRange(JobTransitions.Terminal);
                    break;
                default:
                    statuses.Add(JobStatusText.TryParse(word, out var status) ? status : throw Unknown(word, $"active, all, terminal, {string.Join(", ", JobStatusText.All)}"));
                    break;
            }
        }

        return all ? null : statuses;
    }

    /// <summary>Which ended jobs to delete. <c>error</c> means those that failed for good: a job in ERROR is still to be retried.</summary>
    public static IReadOnlyList<JobStatus> ForDeletion(string? text) => text?.ToLowerInvariant() switch
    {
        "terminal" => JobTransitions.Terminal,
        "completed" => [JobStatus.Completed],
        "stopped" => [JobStatus.Stopped],
        "error" or "fatal" => [JobStatus.Fatal],
        null => throw new AmpException(ErrorCode.InvalidJobStatus, "status is missing; say which jobs to delete: terminal, completed, stopped, error"),
        _ => throw Unknown(text, "terminal, completed, stopped, error"),
    };

    private static AmpException Unknown(string word, string known) => new(ErrorCode.InvalidJobStatus, $"status '{word}' is unknown; known are {known}");
}
