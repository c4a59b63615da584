using Amp.Shared.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Amp.Migrator;

/// <summary>Looks at the schema before any other hosted service starts, so that nothing ever works on one it does not know.</summary>
public static class SchemaCheck
{
    public static IServiceCollection AddAmpSchemaCheck(this IServiceCollection services, AmpSettings settings) =>
        services.AddHostedService(_ => new Service(settings.MetadataDb));

    private sealed class Service(MetadataDbSettings settings) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => MigrationRunner.EnsureAsync(settings, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
