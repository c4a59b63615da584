namespace Amp.Shared.Metadata.Ranges;

/// <summary>Who gets the next range, and which. Pure: the rows are read before, what is chosen is written after.</summary>
public static class ClaimChoice
{
    /// <summary>Most heads that one worker follows: between two blocks they cost next to nothing, so they take no slot.</summary>
    public const int MostHeads = 32;

    /// <summary>How long a range is left to a worker that holds less, before whoever has room takes it.</summary>
    public static TimeSpan Courtesy { get; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Jobs in the order in which a worker tries them: those without a worker first, of these the one that was served longest ago; then
    /// those that it works on already; then those with the fewest workers.
    /// </summary>
    public static IEnumerable<ClaimableJob> Order(IEnumerable<ClaimableJob> jobs) => jobs
        .OrderBy(j => j.Leased > 0)
        .ThenBy(j => j.Leased > 0 ? DateTime.MaxValue : j.ServedAt)
        .ThenByDescending(j => j.IsMine)
        .ThenBy(j => j.Leased)
        .ThenBy(j => j.Id);

    /// <summary>The range of a job that a worker takes: the head, its neighbour, one that it held before, the lowest; null when none is for it.</summary>
    /// <param name="waiting">Ranges of the job that wait.</param>
    /// <param name="job">How many of its ranges are held, and how many may be.</param>
    /// <param name="ordinaryOpen">Some range that is not the head waits or is worked on.</param>
    /// <param name="wish">What the worker has room for.</param>
    public static ClaimableRange? Range(IEnumerable<ClaimableRange> waiting, ClaimableJob job, bool ordinaryOpen, ClaimWish wish)
    {
        if (job.Leased >= job.Parallelism)
            return null;
        var neighbour = wish.Neighbours.TryGetValue(job.Id, out var block) ? block : (ulong?)null;

        // A job of parallelism 1 follows its head only when nothing else is left: the head never ends.
        return waiting
            .Where(r => r.IsHead ? wish.Head && (job.Parallelism > 1 || !ordinaryOpen) : wish.Ordinary)
            .OrderByDescending(r => r.IsHead)
            .ThenByDescending(r => r.NextBlock == neighbour)
            .ThenByDescending(r => r.WasMine)
            .ThenBy(r => r.NextBlock)
            .Select(r => (ClaimableRange?)r)
            .FirstOrDefault();
    }

    /// <summary>Whether a worker may work on a job: its node id is the pattern, or begins as the pattern does before its <c>*</c>.</summary>
    public static bool Admits(string? pattern, string nodeId) => pattern is null
        || (pattern is [.. var start, '*'] ? nodeId.StartsWith(start, StringComparison.Ordinal) : string.Equals(pattern, nodeId, StringComparison.Ordinal));

    /// <summary>A job has waited for so long that whoever comes takes it.</summary>
    public static bool IsLeftToNobody(ClaimableJob job) => job.Waited >= Courtesy;

    /// <summary>A worker leaves a job for a moment to another that has room and holds less: of the job, or, of that equally much, of all.</summary>
    public static bool LeavesToAnother(string nodeId, ClaimableJob job, bool head, IReadOnlyCollection<WorkerLoad> workers)
    {
        if (IsLeftToNobody(job) || workers.FirstOrDefault(w => w.NodeId == nodeId) is not { } self)
            return false;
        var mine = Measure(self);
        return workers.Any(w => HasRoom(w) && Admits(job.WorkerPattern, w.NodeId) && Measure(w).CompareTo(mine) < 0);

        (int OfJob, int Total) Measure(WorkerLoad w) => head ? (0, w.Heads) : (w.OrdinaryJobs.Count(j => j == job.Id), w.OrdinaryJobs.Count);
        bool HasRoom(WorkerLoad w) => head ? w.Heads < MostHeads : w.OrdinaryJobs.Count < w.Slots;
    }
}
