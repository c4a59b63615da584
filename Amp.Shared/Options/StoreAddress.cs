namespace Amp.Shared.Options;

/// <summary>Where the lake lies: a folder now; the schemes of object stores are known so that they can be refused by name.</summary>
public static class StoreAddress
{
    private static readonly string[] _objectStores = ["s3", "gs", "az"];

    /// <summary>The text itself when it is a path or a file:// URL.</summary>
    public static string Check(string text)
    {
        var colon = CheckPath(text).IndexOf("://", StringComparison.Ordinal);
        if (colon < 0)
            return text;
        var scheme = text[..colon].ToLowerInvariant();
        if (_objectStores.Contains(scheme, StringComparer.Ordinal))
            throw new FormatException($"{scheme}:// comes with the object stores, which this version does not have");
        if (scheme != "file")
            throw new FormatException($"{scheme}:// is not a known store");
        // file://name/x would be a path on the host "name".
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length == 0 && url.AbsolutePath.Length > 1
            ? text
            : throw new FormatException("a file URL has three slashes and an absolute path");
    }

    /// <summary>The text itself when it can be a path.</summary>
    public static string CheckPath(string text)
    {
        if (text.Trim().Length == 0)
            throw new FormatException("it is empty");
        return text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("it holds the character U+0000, which no path can have") : text;
    }

    /// <summary>The absolute path of a checked address.</summary>
    public static string Resolve(string text, string baseFolder) =>
        text.StartsWith("file://", StringComparison.OrdinalIgnoreCase)
            ? Path.GetFullPath(new Uri(text).LocalPath)
            : Path.GetFullPath(text, baseFolder);
}
