using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Amp.ServiceDefaults;

/// <summary>How services stop: within a grace period, and by the signals of the process that runs them, not by handlers of each host.</summary>
public static class Shutdown
{
    /// <summary>What running work gets to end in good order.</summary>
    public static TimeSpan GracePeriod { get; } = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddAmpShutdown(this IServiceCollection services)
    {
        services.Configure<HostOptions>(options =>
        {
            // Above the grace period: registering what was closed within it takes its own moment.
            options.ShutdownTimeout = GracePeriod + TimeSpan.FromSeconds(5);
            options.ServicesStopConcurrently = false;
            options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        return services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SilentLifetime>());
    }

    /// <summary>Several hosts may share a process (<c>ampd solo</c>), hence none of them listens to signals itself.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
