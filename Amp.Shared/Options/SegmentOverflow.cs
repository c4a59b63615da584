using System.Globalization;

namespace Amp.Shared.Options;

/// <summary>How far a compaction may pass the target size, as a factor: <c>"1"</c>, <c>"1.5"</c> or a fraction, <c>"3/2"</c>.</summary>
public sealed record SegmentOverflow(string Text, double Factor)
{
    public static SegmentOverflow Parse(string text)
    {
        var parts = text.Split('/');
        var factor = parts.Length switch
        {
            1 => Number(parts[0]),
            2 => Number(parts[0]) / Number(parts[1]),
            _ => throw new FormatException("too many '/'"),
        };
        return double.IsFinite(factor) && factor >= 1 ? new SegmentOverflow(text.Trim(), factor) : throw new FormatException("it is less than 1 or no number");
    }

    public override string ToString() => Text;

    private static double Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{text.Trim()}' is not a number");
}
