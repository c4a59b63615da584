using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Amp.Shared.Lake;

/// <summary>Names of segment files: <c>{start:09}-{16 hex}.parquet</c>. Nothing ever reads the parts back.</summary>
public static partial class SegmentFileName
{
    public const string Extension = ".parquet";

    /// <summary>A new name; the random part keeps two writers of the same blocks apart.</summary>
    public static string New(ulong startBlock)
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return Of(startBlock, BitConverter.ToUInt64(random));
    }

    public static string Of(ulong startBlock, ulong random) =>
        string.Create(CultureInfo.InvariantCulture, $"{startBlock:D9}-{random:x16}{Extension}");

    /// <summary>Whether a file is called as segments are.</summary>
    public static bool IsOne(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"^[0-9]{9,20}-[0-9a-f]{16}\.parquet$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
