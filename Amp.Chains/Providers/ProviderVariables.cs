using System.Text.RegularExpressions;

namespace Amp.Chains.Providers;

/// <summary>Replaces <c>${VAR}</c> by the environment's value.</summary>
internal static partial class ProviderVariables
{
    public static string Replace(string text, Func<string, string?> environment, Func<string, Exception> unset) =>
        Variable().Replace(text, match => environment(match.Groups[1].Value) ?? throw unset(match.Groups[1].Value));

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
