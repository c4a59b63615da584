using System.Text.RegularExpressions;

namespace Amp.Chains.Providers;

/// <summary>An address as it may be shown: user, password, values of the query and long parts of the path, which are keys, are hidden unless they are variables.</summary>
internal static partial class ShownUrl
{
    public static string Of(string url)
    {
        url = User().Replace(url, m => Hide(m.Groups[1].Value) + "@");
        url = Query().Replace(url, m => m.Groups[1].Value + Hide(m.Groups[2].Value));
        return PathPart().Replace(url, m => "/" + Hide(m.Groups[1].Value));
    }

    private static string Hide(string part) => Variables().IsMatch(part) ? part : ProviderFile.Hidden;

    [GeneratedRegex("(?<=^[a-z]+://)([^/?#@]*(?:@[^/?#@]*)*)@", RegexOptions.IgnoreCase)]
    private static partial Regex User();

    [GeneratedRegex(@"([?&][^=&#?]*=)([^&#]*)")]
    private static partial Regex Query();

    // Keys of hosted nodes stand in the path; v2, rpc and the like are shorter than any of them.
    [GeneratedRegex(@"(?<=^[a-z]+://[^?#]*)/([^/?#]{12,})", RegexOptions.IgnoreCase)]
    private static partial Regex PathPart();

    [GeneratedRegex(@"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}[:]?)+\z")]
    private static partial Regex Variables();
}
