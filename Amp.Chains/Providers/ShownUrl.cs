using System.Text.RegularExpressions;

namespace Amp.Chains.Providers;

/// <summary>
/// An address as it may be shown: scheme, host, port, variables, names in the query, and parts of the path that are too short for a key. What has another
/// shape is hidden whole.
/// </summary>
internal static partial class ShownUrl
{
    public static string Of(string url)
    {
        if (Variables().IsMatch(url))
            return url;
        var shape = Shape().Match(url.Trim());
        if (!shape.Success)
            return ProviderFile.Hidden;
        return shape.Groups["head"].Value
            + (shape.Groups["user"].Success ? Hide(shape.Groups["user"].Value) + "@" : "")
            + shape.Groups["host"].Value
            + PathPart().Replace(shape.Groups["path"].Value, m => Hide(m.Value))
            + (shape.Groups["query"].Success ? "?" + string.Join('&', shape.Groups["query"].Value.Split('&').Select(OfPair)) : "")
            + (shape.Groups["fragment"].Success ? "#" + Hide(shape.Groups["fragment"].Value) : "");
    }

    private static string OfPair(string pair) => pair.Split('=', 2) is [var name, var value] ? $"{name}={Hide(value)}" : Hide(pair);

    private static string Hide(string part) => Variables().IsMatch(part) ? part : ProviderFile.Hidden;

    // A scheme, or variables that hold the beginning; then user, host and port, path, query and fragment, as addresses have them.
    [GeneratedRegex(
        @"^(?<head>[a-z][a-z0-9+.-]*://|(?:\$\{[A-Za-z_][A-Za-z0-9_]*\})+(?=/))(?:(?<user>[^/\\?#]*)@)?(?<host>[^/\\?#@]*)(?<path>/[^\\?#]*)?(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    // Keys of hosted nodes stand in the path; v2, rpc and the like are shorter than any of them.
    [GeneratedRegex("[^/]{8,}")]
    private static partial Regex PathPart();

    [GeneratedRegex(@"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}[:]?)+\z")]
    private static partial Regex Variables();
}
