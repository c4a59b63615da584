using System.Globalization;
using System.Text.Json;
using Amp.Ctl.Api;

namespace Amp.Ctl.Watching;

/// <summary>What stands beside a bar.</summary>
/// <param name="Pace">Blocks a second and time left.</param>
internal sealed record BarFacts(string Pace)
{
    public static BarFacts Of(JsonElement progress)
    {
        var speed = Of(progress, "blocks_per_second") ?? 0;
        var pace = string.Create(CultureInfo.InvariantCulture, $"{speed:0.#} blocks/s");
        return new BarFacts(Of(progress, "eta_seconds") is { } left and > 0 ? $"{pace}, {Left(left)} left" : pace);
    }

    private static string Left(double seconds)
    {
        // A job that hardly moves would take longer than a TimeSpan can tell.
        var left = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(9999).TotalSeconds));
        return left.TotalDays >= 1 ? left.ToString(@"d\d\ hh\h", CultureInfo.InvariantCulture)
            : left.TotalHours >= 1 ? left.ToString(@"h\h\ mm\m", CultureInfo.InvariantCulture)
            : left.ToString(@"m\m\ ss\s", CultureInfo.InvariantCulture);
    }

    private static double? Of(JsonElement progress, string name) =>
        progress.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
