namespace Amp.Shared.Metadata.Workers;

/// <summary>What a process works on at the moment of a beat. Only this is renewed: a lease that nobody works on runs out and goes to another.</summary>
/// <param name="Ranges">Ranges and the epochs under which they are held.</param>
/// <param name="Plans">Jobs that are being planned, and the planner's epochs.</param>
public sealed record LeasesAtWork(IReadOnlyList<(long Id, long Epoch)> Ranges, IReadOnlyList<(long Id, long Epoch)> Plans);
