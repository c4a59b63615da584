using System.Diagnostics;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Ctl.Api;

/// <summary>Asks again and again until something has ended.</summary>
internal static class Polling
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>A controller that starts anew, or another one behind the same address, goes on with the answers.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <param name="client">Asks.</param>
    /// <param name="path">Tells how far it is.</param>
    /// <param name="see">Takes each answer.</param>
    /// <param name="ended">Whether an answer is the last.</param>
    /// <param name="ct">Ends the asking.</param>
    /// <returns>The last answer.</returns>
    public static async Task<JsonElement> UntilAsync(AdminClient client, string path, Action<JsonElement> see, Func<JsonElement, bool> ended, CancellationToken ct)
    {
        long? answered = null;
        while (true)
        {
            try
            {
                var now = await client.GetAsync(path, ct);
                answered = Stopwatch.GetTimestamp();
                see(now);
                if (ended(now))
                    return now;
            }
            catch (RetryableException) when (answered is { } last && Stopwatch.GetElapsedTime(last) < _patience)
            {
                // It is asked again.
            }

            await Task.Delay(_interval, ct);
        }
    }
}
