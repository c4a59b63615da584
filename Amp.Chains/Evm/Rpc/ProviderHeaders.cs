using System.Text;
using Amp.Chains.Providers;

namespace Amp.Chains.Evm.Rpc;

/// <summary>How we say to a provider who we are.</summary>
internal static class ProviderHeaders
{
    public static IReadOnlyList<(string Name, string Value)> Of(ProviderSettings settings)
    {
        const string authorization = "Authorization";
        if (settings is { AuthToken: { } bearer, AuthHeader: null })
            return [(authorization, $"Bearer {bearer}")];
        var headers = new List<(string, string)>();
        if (settings.Url.UserInfo is { Length: > 0 } user)
            headers.Add((authorization, $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)))}"));
        if (settings is { AuthHeader: { } header, AuthToken: { } token })
            headers.Add((header, token));
        return headers;
    }

    /// <summary>The address without user and password: they go into a header.</summary>
    public static Uri Address(ProviderSettings settings) => new UriBuilder(settings.Url) { UserName = "", Password = "" }.Uri;
}
