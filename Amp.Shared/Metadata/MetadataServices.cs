using System.Globalization;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Shared.Metadata;

/// <summary>Registers the metadata database: one data source, hence one pool, for a process.</summary>
public static class MetadataServices
{
    /// <param name="role">Stands in pg_stat_activity as <c>amp-ROLE</c>.</param>
    public static IServiceCollection AddAmpMetadata(this IServiceCollection services, AmpSettings settings, string role) =>
        services.AddSingleton(provider => CreateDataSource(settings.MetadataDb, role, provider.GetService<ILoggerFactory>()));

    /// <summary>The data source that <see cref="AddAmpMetadata"/> registers, for those that work without a container.</summary>
    public static NpgsqlDataSource CreateDataSource(
        MetadataDbSettings settings, string role, ILoggerFactory? loggers = null, Action<NpgsqlDataSourceBuilder>? configure = null)
    {
        if (settings.ConnectionString.Length == 0)
            throw new AmpException(ErrorCode.InvalidConfig, $"{ConfigKeys.DatabaseUrl.Name} is not set");
        var connection = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            MaxPoolSize = settings.PoolSize,
            MinPoolSize = settings.MinConnections,
            ConnectionLifetime = settings.MaxLifetimeSecs,
            ConnectionIdleLifetime = settings.IdleTimeoutSecs,
            // Npgsql refuses an interval above the lifetime.
            ConnectionPruningInterval = Math.Min(10, settings.IdleTimeoutSecs),
            // Parameter values in errors would carry users' data into logs.
            IncludeErrorDetail = false,
            // Seven statements before each first use, more than most of ours cost (measured: half of what claims took of the server). What is kept
            // in a session is left by those who keep it.
            NoResetOnClose = true,
            // The same few statements every second: parsed and planned once a connection.
            MaxAutoPrepare = 100,
            PersistSecurityInfo = false,
        };
        if (string.IsNullOrEmpty(connection.ApplicationName))
            connection.ApplicationName = string.Create(CultureInfo.InvariantCulture, $"amp-{role}");
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = connection.ApplicationName };
        if (loggers is not null)
            builder.UseLoggerFactory(loggers);
        configure?.Invoke(builder);
        return builder.Build();
    }
}
