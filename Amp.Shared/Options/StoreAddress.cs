using System.Text.RegularExpressions;

namespace Amp.Shared.Options;

/// <summary>Where a store lies: a folder, or a bucket that is reached as S3 is.</summary>
public static partial class StoreAddress
{
    /// <summary>The text itself when it is a path, a file:// URL, or the URL of a bucket.</summary>
    public static string Check(string text)
    {
        if (CheckPath(text).IndexOf("://", StringComparison.Ordinal) < 0)
            return text;
        switch (Scheme(text))
        {
            case "s3" or "gs":
                CheckBucket(text);
                return text;
            case "az":
                throw new FormatException("az:// comes with the stores of Azure, which this version does not have");
            case "file":
                // file://name/x would be a path on the host "name".
                return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length == 0 && url.AbsolutePath.Length > 1
                    ? text
                    : throw new FormatException("a file URL has three slashes and an absolute path");
            default:
                throw new FormatException($"{Scheme(text)}:// is not a known store");
        }
    }

    /// <summary>The text itself when it can be a path.</summary>
    public static string CheckPath(string text)
    {
        if (text.Trim().Length == 0)
            throw new FormatException("it is empty");
        return text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("it holds the character U+0000, which no path can have") : text;
    }

    /// <summary>The absolute path, or the bucket's URL without a slash at its end, of a checked address.</summary>
    public static string Resolve(string text, string baseFolder) => Scheme(text) switch
    {
        "file" => Path.GetFullPath(new Uri(text).LocalPath),
        { Length: > 0 } scheme => $"{scheme}://{text[(scheme.Length + 3)..].TrimEnd('/')}",
        _ => Path.GetFullPath(text, baseFolder),
    };

    /// <summary>Whether a resolved address is that of a bucket.</summary>
    public static bool IsBucket(string address) => Scheme(address).Length > 0;

    /// <summary>Bucket and prefix (empty, or without slashes at its ends) of a bucket's address.</summary>
    public static (string Bucket, string Prefix) Split(string address)
    {
        var parts = address[(Scheme(address).Length + 3)..].Split('/', 2);
        return (parts[0], parts.Length > 1 ? parts[1].TrimEnd('/') : "");
    }

    /// <summary>What stands before <c>://</c>, in lower case; empty for a path.</summary>
    public static string Scheme(string address)
    {
        var colon = address.IndexOf("://", StringComparison.Ordinal);
        return colon < 0 ? "" : address[..colon].ToLowerInvariant();
    }

    private static void CheckBucket(string text)
    {
        var (bucket, prefix) = Split(text);
        if (!BucketName().IsMatch(bucket))
            throw new FormatException($"'{bucket}' cannot be a bucket: 3 to 63 lower-case letters, digits, '-' and '.' are allowed");
        if (prefix.Length > 0 && !prefix.Split('/').All(part => PrefixPart().IsMatch(part) && part is not "." and not ".."))
            throw new FormatException($"'{prefix}' cannot be a prefix: names of letters, digits and -_.=+ joined by '/' are allowed");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();

    [GeneratedRegex(@"^[A-Za-z0-9_.=+-]+\z")]
    private static partial Regex PrefixPart();
}
