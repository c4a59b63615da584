using Amp.Shared.Faults;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Where a job stands. The words are persisted and seen by clients: frozen, they may only grow.</summary>
public enum JobStatus
{
    Scheduled,
    Running,
    Completed,
    Error,
    Fatal,
    StopRequested,
    Stopping,
    Stopped,
}

/// <summary>The spelling of job states in the database and on the wire.</summary>
public static class JobStatusText
{
    private static readonly string[] _words =
        ["SCHEDULED", "RUNNING", "COMPLETED", "ERROR", "FATAL", "STOP_REQUESTED", "STOPPING", "STOPPED"];

    public static IReadOnlyList<string> All => _words;

    public static string ToWord(this JobStatus status) => _words[(int)status];

    /// <summary>Accepts the word in any case.</summary>
    public static bool TryParse(string word, out JobStatus status)
    {
        var index = Array.FindIndex(_words, w => string.Equals(w, word, StringComparison.OrdinalIgnoreCase));
        status = (JobStatus)Math.Max(index, 0);
        return index >= 0;
    }

    public static JobStatus Parse(string word) => TryParse(word, out var status)
        ? status
        : throw new AmpException(ErrorCode.InvalidJobStatus, $"'{word}' is not a job status; known are {string.Join(", ", _words)}");
}
