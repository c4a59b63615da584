namespace Amp.Chains.Providers;

/// <summary>The keys of a provider file of kind <c>evm-rpc</c>.</summary>
internal static class ProviderKeys
{
    public const string Kind = "kind";
    public const string Network = "network";
    public const string Url = "url";
    public const string AuthHeader = "auth_header";
    public const string AuthToken = "auth_token";
    public const string RateLimitPerMinute = "rate_limit_per_minute";
    public const string ConcurrentRequestLimit = "concurrent_request_limit";
    public const string RpcBatchSize = "rpc_batch_size";
    public const string FetchReceiptsPerTx = "fetch_receipts_per_tx";
    public const string TimeoutSecs = "timeout_secs";

    public static IReadOnlyList<string> All { get; } =
    [
        Kind, Network, Url, AuthHeader, AuthToken, RateLimitPerMinute, ConcurrentRequestLimit, RpcBatchSize, FetchReceiptsPerTx, TimeoutSecs,
    ];
}
