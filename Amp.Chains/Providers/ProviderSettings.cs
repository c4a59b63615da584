namespace Amp.Chains.Providers;

/// <summary>How a node of a network is reached: a provider file with its variables replaced.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Kind">Kind of dataset that the provider serves.</param>
/// <param name="Network">The chain, as manifests name it.</param>
/// <param name="Url">Address of the node; it may hold a key and is therefore never shown whole.</param>
/// <param name="AuthHeader">Header that carries <paramref name="AuthToken"/>; null = Authorization, as a bearer token.</param>
/// <param name="AuthToken">Secret of this client.</param>
/// <param name="RateLimitPerMinute">Calls a minute; null = no limit.</param>
/// <param name="ConcurrentRequestLimit">Requests at once; null = our own choice.</param>
/// <param name="RpcBatchSize">Calls in one request; 0 or 1 = one.</param>
/// <param name="FetchReceiptsPerTx">Ask for each transaction's receipt instead of all of a block.</param>
/// <param name="Timeout">The longest that one request may take.</param>
public sealed record ProviderSettings(
    string Name,
    string Kind,
    string Network,
    Uri Url,
    string? AuthHeader,
    string? AuthToken,
    uint? RateLimitPerMinute,
    uint? ConcurrentRequestLimit,
    uint RpcBatchSize,
    bool FetchReceiptsPerTx,
    TimeSpan Timeout)
{
    /// <summary>The provider as logs and errors may name it: without user, path and query, where keys are kept.</summary>
    public string Shown => $"'{Name}' ({Url.Scheme}://{Url.Host}:{Url.Port})";

    public override string ToString() => $"provider {Shown} of {Network}";
}
