using Amp.Chains.Providers;

namespace Amp.Chains.Evm.Rpc;

/// <summary>What of a provider's settings must not be shown, even when the node echoes it.</summary>
internal sealed class RpcSecrets
{
    private const int LongestShown = 300;

    private readonly string[] _secrets;

    public RpcSecrets(ProviderSettings settings)
    {
        var url = settings.Url;
        string?[] parts = [settings.AuthToken, url.UserInfo, url.Query.TrimStart('?'), url.AbsolutePath.Trim('/')];
        _secrets = [.. parts.OfType<string>()
            .SelectMany(p => (string[])[p, .. p.Split(['/', '&', '=', ':'])])
            .Where(p => p.Length >= 6)
            .Distinct()
            .OrderByDescending(p => p.Length)];
    }

    public string Hide(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text.Length > LongestShown ? text[..LongestShown] + "…" : text;
    }
}
