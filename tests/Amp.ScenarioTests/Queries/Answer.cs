namespace Amp.ScenarioTests.Queries;

/// <summary>What came of a query over JSON Lines.</summary>
/// <param name="Rows">Lines that were read.</param>
/// <param name="Refusal">The error object where there was one.</param>
internal sealed record Answer(int Status, long Rows, string Refusal, TimeSpan Took)
{
    /// <summary>In place of the status of an answer that had begun and did not come to its end.</summary>
    public const int Cut = 0;
}
