using Amp.Chains.Evm;
using Amp.Chains.Providers;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Amp.Chains;

/// <summary>Adds the reading of chains: <see cref="ProviderFiles"/> and <see cref="EvmBlockSources"/>.</summary>
public static class ChainsServices
{
    public static IServiceCollection AddAmpChains(this IServiceCollection services, AmpSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ProviderFiles(
            ObjectStores.Open(settings.ProvidersDir, ConfigKeys.ProvidersDir, settings, provider.GetRequiredService<TimeProvider>())));
        services.TryAddSingleton<EvmBlockSources>();
        return services;
    }
}
