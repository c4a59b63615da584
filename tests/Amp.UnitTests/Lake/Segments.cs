using System.Globalization;
using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.UnitTests.Lake;

/// <summary>A short spelling of segments for tables of cases.</summary>
internal static class Segments
{
    public static IReadOnlyList<SegmentInfo> Parse(IReadOnlyList<string> lines) => [.. lines.Select((line, index) =>
    {
        var parts = line.Split(' ', '>');
        var range = Range(parts[0]);
        return new SegmentInfo(index + 1, range.Start, range.End, Hash(parts[2]), Hash(parts[1]), DateTimeOffset.UnixEpoch.AddSeconds(index));
    })];

    public static BlockRange Range(string text)
    {
        var numbers = text.Split('-').Select(n => ulong.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new BlockRange(numbers[0], numbers[1]);
    }

    /// <summary>Ranges in order; a prime marks one that repeats the range of an earlier line.</summary>
    public static string Write(IReadOnlyList<SegmentInfo> segments, IReadOnlyList<string> lines) => string.Join(' ', segments.Select(s =>
    {
        var range = $"{s.Start}-{s.End}";
        var earlier = lines.Take((int)s.Id - 1).Any(l => l.StartsWith(range + " ", StringComparison.Ordinal));
        return earlier ? range + "'" : range;
    }));

    private static Hash32 Hash(string letter)
    {
        if (letter == ".")
            return Hash32.Zero;
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        bytes.Fill((byte)letter[0]);
        return new Hash32(bytes);
    }
}
