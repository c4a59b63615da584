using System.Globalization;
using System.Text.RegularExpressions;

namespace Amp.Shared.Options;

/// <summary>A codec and, for zstd, its level.</summary>
public sealed partial record ParquetCompression(ParquetCodec Codec, int? Level)
{
    public const int MaxZstdLevel = 22;

    public static ParquetCompression Parse(string text)
    {
        var match = Grammar().Match(text);
        if (!match.Success || !Enum.TryParse<ParquetCodec>(match.Groups[1].ValueSpan, ignoreCase: true, out var codec))
            throw new FormatException("no such codec");
        if (!match.Groups[2].Success)
            return new ParquetCompression(codec, codec == ParquetCodec.Zstd ? 1 : null);
        if (codec != ParquetCodec.Zstd)
            throw new FormatException("only zstd takes a level");
        if (!int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, provider: null, out var level) || level is < 1 or > MaxZstdLevel)
            throw new FormatException("no such level");
        return new ParquetCompression(codec, level);
    }

    public override string ToString()
    {
        var codec = Codec.ToString().ToLowerInvariant();
        return Level is { } level ? string.Create(CultureInfo.InvariantCulture, $"{codec}({level})") : codec;
    }

    [GeneratedRegex(@"^\s*([a-z][a-z0-9]*)\s*(?:\(\s*([0-9]+)\s*\))?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Grammar();
}
