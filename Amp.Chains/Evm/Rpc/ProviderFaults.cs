using System.Net.Http.Headers;
using Amp.Chains.Providers;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>What is the matter with a provider, as faults that may be shown.</summary>
internal sealed class ProviderFaults(ProviderSettings settings, TimeProvider time)
{
    private readonly RpcSecrets _secrets = new(settings);

    public RetryableException Unavailable(string what, Exception? cause = null, TimeSpan? retryAfter = null) =>
        new(ErrorCode.ProviderUnavailable, $"provider {settings.Shown} {what}", cause, retryAfter);

    public AmpException Rejected(string what, Exception? cause = null) => new(ErrorCode.ProviderRejected, $"provider {settings.Shown} {what}", cause);

    /// <summary>A status that says by itself what is the matter; null when it does not.</summary>
    public AmpException? OfStatus(int status, RetryConditionHeaderValue? retryAfter, DateTimeOffset? date) => status switch
    {
        401 or 403 or 407 => Rejected($"refuses us with status {status}: check auth_token, auth_header and url"),
        408 or 425 or 429 or >= 500 => Unavailable($"answered with status {status}", null, Pause(retryAfter, date)),
        _ => null,
    };

    /// <summary>The error of a call.</summary>
    public AmpException OfCall(RpcCall call, in RpcError error)
    {
        var text = $"answered {call} with error {error.Code}: {Hide(error.Message)}";
        return error.IsPermanent ? Rejected(text) : Unavailable(text);
    }

    public string Hide(string text) => _secrets.Hide(text);

    private TimeSpan? Pause(RetryConditionHeaderValue? retryAfter, DateTimeOffset? nodeTime) => retryAfter switch
    {
        { Delta: { } delta } => delta,
        // By the clock of whoever wrote the date; ours may be wrong.
        { Date: { } date } => date - (nodeTime ?? time.GetUtcNow()),
        _ => null,
    };
}
