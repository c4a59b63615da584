using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using ZstdSharp;

namespace Amp.Server.JsonLines;

/// <summary>How an answer is compressed, by what the client accepts.</summary>
internal static class ContentCoding
{
    // The fastest levels: an answer is made once and read once, and the wire is seldom the slowest part.
    private const int ZstdLevel = 1;

    // In the order of our liking when the client likes several alike.
    private static readonly string[] _known = ["zstd", "br", "gzip"];

    /// <summary>The coding to use; null = none.</summary>
    public static string? Choose(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        string? best = null;
        double bestQuality = 0;
        foreach (var coding in _known)
        {
            var quality = Quality(accepted, coding);
            if (quality > bestQuality)
                (best, bestQuality) = (coding, quality);
        }

        return best;
    }

    /// <summary>A stream that compresses onto <paramref name="body"/> and leaves it open.</summary>
    public static Stream Compress(string coding, Stream body) => coding switch
    {
        "gzip" => new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true),
        _ => new CompressionStream(body, ZstdLevel, leaveOpen: true),
    };

    // A star stands for whatever is not named; it does not make us compress for clients that just take anything.
    private static double Quality(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        foreach (var value in accepted)
        {
            if (value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)
                || (coding == "gzip" && value.Value.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)))
                return value.Quality ?? 1;
        }

        return 0;
    }
}
