namespace Amp.Shared.Metadata.Ranges;

/// <summary>What a worker has room for.</summary>
/// <param name="Ordinary">It has a slot for an ordinary range.</param>
/// <param name="Head">It can follow one more head.</param>
/// <param name="Size">How many blocks of a job it wants at most.</param>
/// <param name="Neighbours">Blocks after the ranges that it has just finished, by job: it takes these first.</param>
public sealed record ClaimWish(bool Ordinary, bool Head, Func<ClaimableJob, ulong> Size, IReadOnlyDictionary<long, ulong> Neighbours);
