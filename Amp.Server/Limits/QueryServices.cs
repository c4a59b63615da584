using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Server.Limits;

/// <summary>Registers the query engine with the limits of the configuration.</summary>
public static class QueryServices
{
    /// <summary>Needs what <c>AmpHost.CreateBuilder</c> registers: the metadata database and the clock.</summary>
    public static IServiceCollection AddAmpQuery(this IServiceCollection services, AmpSettings settings) => services
        .AddSingleton(LimitsOf(settings))
        .AddSingleton(provider => new DatasetCatalog(
            provider.GetRequiredService<NpgsqlDataSource>(), settings.DataDir, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DatasetCatalog>>()))
        .AddSingleton(provider => new QueryEngine(
            provider.GetRequiredService<DatasetCatalog>(), provider.GetRequiredService<QueryLimits>(), provider.GetRequiredService<TimeProvider>()));

    private static QueryLimits LimitsOf(AmpSettings settings) => new()
    {
        DataFolders = [settings.DataDir],
        MaxMemMb = settings.MaxMemMb,
        QueryMaxMemMb = settings.QueryMaxMemMb,
        SpillFolder = settings.SpillLocation.Count > 0 ? settings.SpillLocation[0] : null,
        Timeout = TimeSpan.FromSeconds(settings.Query.TimeoutSecs),
        MaxRows = settings.Query.MaxRows,
        MaxConcurrent = settings.Query.MaxConcurrent,
        QueueLength = settings.Query.QueueLength,
        QueueWait = TimeSpan.FromSeconds(settings.Query.QueueWaitSecs),
    };
}
