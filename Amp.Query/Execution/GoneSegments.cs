using Amp.Shared.Faults;

namespace Amp.Query.Execution;

/// <summary>
/// Queries whose files were collected between plan and first row, because they waited for longer than files of replaced segments stay: they are
/// planned anew on what is there now. Whoever has got rows already is told instead.
/// </summary>
public static class GoneSegments
{
    // A machine that is so busy that a plan takes longer than replaced files stay may need many.
    private const int MostPlans = 16;

    /// <param name="notBefore">As for <see cref="QueryEngine.PlanAsync(string, DateTimeOffset?, CancellationToken)"/>.</param>
    /// <param name="answer">Plans under the given time, and answers.</param>
    /// <param name="mayRepeat">Whether nothing of an answer has left yet.</param>
    public static async Task<T> AnswerAsync<T>(DateTimeOffset? notBefore, Func<DateTimeOffset?, Task<T>> answer, Func<bool> mayRepeat)
    {
        for (var plan = 1; ; plan++)
        {
            try
            {
                return await answer(notBefore);
            }
            catch (AmpException e) when (e.Code == ErrorCode.SegmentGone && plan < MostPlans && mayRepeat())
            {
                // Later than anything that is known: the catalogue is read anew.
                notBefore = DateTimeOffset.MaxValue;
            }
        }
    }
}
