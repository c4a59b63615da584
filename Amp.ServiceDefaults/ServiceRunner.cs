using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amp.ServiceDefaults;

/// <summary>Runs hosts until a signal or a fault of one of them stops them all.</summary>
public static partial class ServiceRunner
{
    public static async Task<int> RunAsync(AmpSettings settings, Func<AmpSettings, WebApplication> build)
    {
        using var signals = new StopSignals();
        await using var app = build(settings);
        await RunAsync([app], signals.Stopping);
        return AmpProgram.Success;
    }

    /// <summary>Starts the hosts in order, waits for the signal, stops them in reverse order. A host that stops without a signal has failed: its fault is thrown.</summary>
    /// <param name="started">Called when all have started.</param>
    public static async Task RunAsync(IReadOnlyList<WebApplication> apps, CancellationToken stopping, Action? started = null)
    {
        var running = new Stack<WebApplication>();
        try
        {
            foreach (var app in apps)
            {
                // Pushed first: a host that fails half-way through its start has services to stop.
                running.Push(app);
                await StartAsync(app, stopping);
            }

            started?.Invoke();
            await WaitAsync(apps, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The signal came while we were starting: a stop in good order too.
        }
        finally
        {
            while (running.TryPop(out var app))
                await StopAsync(app);
        }

        if (!stopping.IsCancellationRequested)
            throw Failure(apps);
    }

    private static async Task StartAsync(WebApplication app, CancellationToken stopping)
    {
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw Listening.Explain(e, app.Services) ?? e;
        }
    }

    private static async Task WaitAsync(IReadOnlyList<WebApplication> apps, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource([stopping, .. apps.Select(app => app.Lifetime.ApplicationStopping)]);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = ended.Token.Register(() => end.TrySetResult());
        await end.Task;
    }

    private static async Task StopAsync(WebApplication app)
    {
        LogStopping(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Amp.ServiceDefaults.Shutdown"), app.Environment.ApplicationName);
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>Why a host stopped that nobody had asked to.</summary>
    private static Exception Failure(IReadOnlyList<WebApplication> apps) =>
        apps.SelectMany(app => app.Services.GetServices<IHostedService>()).OfType<BackgroundService>()
            .Select(service => service.ExecuteTask?.Exception?.InnerException)
            .FirstOrDefault(exception => exception is not null)
        ?? new AmpException(ErrorCode.InternalError, "a service stopped by itself");

    [LoggerMessage(6002, LogLevel.Information, "Stopping {Service}")]
    private static partial void LogStopping(ILogger logger, string service);
}
