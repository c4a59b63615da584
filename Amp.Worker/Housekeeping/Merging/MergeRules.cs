namespace Amp.Worker.Housekeeping.Merging;

/// <summary>How large merged segments become, and how long a fresh one is left alone.</summary>
/// <param name="Bytes">Target size of a file.</param>
/// <param name="Rows">Target number of rows of a file; 0 = no limit.</param>
/// <param name="Overflow">Factor by which a merge may pass the targets.</param>
/// <param name="Cooldown">For so long a segment takes part in no merge,</param>
/// <param name="MaxEagerGeneration">unless its generation is at most this one.</param>
internal sealed record MergeRules(long Bytes, long Rows, double Overflow, TimeSpan Cooldown, long MaxEagerGeneration);
