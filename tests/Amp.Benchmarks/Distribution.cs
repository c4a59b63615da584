using System.Globalization;

namespace Amp.Benchmarks;

/// <summary>Median, 95th percentile and maximum of measured times.</summary>
internal static class Distribution
{
    public static string Describe(IReadOnlyCollection<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"median {At(0.5):0} ms, p95 {At(0.95):0} ms, max {sorted[^1].TotalMilliseconds:0} ms of {sorted.Count}");

        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)].TotalMilliseconds;
    }
}
