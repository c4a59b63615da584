using Amp.Query.Cache;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Server.Limits;

/// <summary>Registers the query engine with the limits of the configuration.</summary>
public static class QueryServices
{
    /// <summary>Needs what <c>AmpHost.CreateBuilder</c> registers: the metadata database and the clock.</summary>
    public static IServiceCollection AddAmpQuery(this IServiceCollection services, AmpSettings settings) => services
        .AddCache(settings)
        .AddSingleton(provider => QueryLimits.Of(settings, provider.GetService<SegmentCache>()?.Folder ?? settings.DataDir))
        .AddSingleton(provider => new DatasetCatalog(
            provider.GetRequiredService<NpgsqlDataSource>(), settings.DataDir, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DatasetCatalog>>(), provider.GetService<SegmentCache>()))
        .AddSingleton(provider => new QueryEngine(
            provider.GetRequiredService<DatasetCatalog>(), provider.GetRequiredService<QueryLimits>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<SegmentCache>()));

    /// <summary>Copies of a bucket's segments lie in a folder of this process alone, which is taken before anything starts.</summary>
    private static IServiceCollection AddCache(this IServiceCollection services, AmpSettings settings)
    {
        if (!StoreAddress.IsBucket(settings.DataDir))
            return services;
        var folder = ScratchFolder.Take(settings.CacheDir, "server");
        return services
            .AddSingleton(_ => folder)
            .AddSingleton(provider => ObjectStores.Open(settings.DataDir, ConfigKeys.DataDir, settings, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new SegmentCache(
                provider.GetRequiredService<IObjectStore>(), Path.Join(provider.GetRequiredService<ScratchFolder>().Path, "segments"), settings.CacheMaxMb << 20,
                TimeSpan.FromSeconds(settings.Query.QueueWaitSecs), provider.GetRequiredService<TimeProvider>()));
    }
}
