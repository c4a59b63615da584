using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Amp.ServiceDefaults;

/// <summary>
/// A circuit breaker and time limits for HTTP clients that ask other services; retries with back-off and jitter of what can be repeated without harm, so not of a POST.
/// </summary>
/// <remarks>Not for the clients of chain nodes: those retry by the meaning of the answer, which only the RPC reader knows.</remarks>
public static class HttpResilience
{
    public static IServiceCollection AddAmpHttpResilience(this IServiceCollection services) =>
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler(options =>
        {
            options.Retry.MaxRetryAttempts = 3;
            options.Retry.BackoffType = DelayBackoffType.Exponential;
            options.Retry.UseJitter = true;
            options.Retry.DisableForUnsafeHttpMethods();
        }));
}
