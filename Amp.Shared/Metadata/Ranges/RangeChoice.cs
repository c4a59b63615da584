namespace Amp.Shared.Metadata.Ranges;

/// <summary>What a worker may choose from in one job: the first waiting range of each kind, by id.</summary>
/// <param name="Leased">Ranges of the job that are leased.</param>
/// <param name="OrdinaryOpen">An ordinary range is waiting or leased.</param>
/// <param name="Head">The head.</param>
/// <param name="Neighbour">Begins where the worker has just ended.</param>
/// <param name="Own">The lowest that the worker has had before.</param>
/// <param name="Lowest">The lowest of all.</param>
internal readonly record struct RangeChoice(int Leased, bool OrdinaryOpen, long? Head, long? Neighbour, long? Own, long? Lowest)
{
    /// <summary>The range to take, null for none. A job of parallelism 1 follows its head only when nothing else is left: the head never ends.</summary>
    public long? Decide(int parallelism, bool head, bool ordinary)
    {
        if (Leased >= parallelism)
            return null;
        if (head && Head is not null && (parallelism > 1 || !OrdinaryOpen))
            return Head;
        return ordinary ? Neighbour ?? Own ?? Lowest : null;
    }
}
