namespace Amp.Shared.Metadata.Jobs;

/// <summary>Words of <c>block_ranges.state</c>; persisted, frozen.</summary>
public static class RangeState
{
    /// <summary>Free: any worker that the job admits may take it.</summary>
    public const string Waiting = "WAITING";

    /// <summary>Held by one worker under an epoch until the lease expires.</summary>
    public const string Leased = "LEASED";

    /// <summary>Every block of it is registered in every table.</summary>
    public const string Done = "DONE";

    public static IReadOnlyList<string> All { get; } = [Waiting, Leased, Done];
}
