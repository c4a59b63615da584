using System.Diagnostics;

namespace Amp.AppHost.Local;

/// <summary>Asks a process whether it is healthy until it says yes or ends.</summary>
internal static class HealthProbe
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _worry = TimeSpan.FromSeconds(30);
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>False when the process ended first. After each half minute of waiting, <paramref name="stillWaiting"/> tells of it.</summary>
    public static async Task<bool> BecomesHealthyAsync(Uri url, Task ended, Action stillWaiting, CancellationToken stopping)
    {
        var told = Stopwatch.GetTimestamp();
        while (!ended.IsCompleted)
        {
            if (await AnswersAsync(url, stopping))
                return true;
            if (Stopwatch.GetElapsedTime(told) > _worry)
            {
                told = Stopwatch.GetTimestamp();
                stillWaiting();
            }

            await Task.WhenAny(ended, Task.Delay(_between, stopping));
            stopping.ThrowIfCancellationRequested();
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(Uri url, CancellationToken stopping)
    {
        try
        {
            using var answer = await _http.GetAsync(url, stopping);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            return false;
        }
    }
}
