using System.Diagnostics;
using Xunit;

namespace Amp.TestKit;

/// <summary>Waits for a state, with a deadline; the message of a missed one tells the last state seen.</summary>
public static class Eventually
{
    public static TimeSpan DefaultDeadline { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Asks again until the answer satisfies; the satisfying answer.</summary>
    public static async Task<T> SatisfiesAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfied, string what, TimeSpan? deadline = null, Func<string>? details = null)
    {
        var patience = deadline ?? DefaultDeadline;
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            string last;
            var asked = Stopwatch.GetTimestamp();
            try
            {
                var answer = await ask();
                if (satisfied(answer))
                    return answer;
                last = $"{answer}";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or System.Data.Common.DbException)
            {
                last = $"{e.GetType().Name}: {e.Message}";
            }

            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                Assert.Fail($"not within {patience.TotalSeconds} s: {what}. Last seen: {last}. {details?.Invoke()}");
                throw new UnreachableException();
            }

            // A question that takes long is asked less often: the one that waits takes no core from those that work.
            var pause = Math.Clamp(4 * Stopwatch.GetElapsedTime(asked).TotalMilliseconds, 25, 250);
            await Task.Delay(TimeSpan.FromMilliseconds(pause), TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> ask, string what, TimeSpan? deadline = null, Func<string>? details = null) =>
        SatisfiesAsync(ask, answer => answer, what, deadline, details);

    public static Task TrueAsync(Func<bool> ask, string what, TimeSpan? deadline = null, Func<string>? details = null) =>
        SatisfiesAsync(() => Task.FromResult(ask()), answer => answer, what, deadline, details);
}
