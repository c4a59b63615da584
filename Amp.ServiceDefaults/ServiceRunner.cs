using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amp.ServiceDefaults;

/// <summary>Runs a host until a signal or its own fault stops it.</summary>
public static partial class ServiceRunner
{
    public static async Task<int> RunAsync(AmpSettings settings, Func<AmpSettings, WebApplication> build)
    {
        using var signals = new StopSignals();
        await using var app = build(settings);
        return await RunAsync(app, signals.Stopping);
    }

    /// <summary>Starts the host, waits for the signal, stops the host. A host that stops without a signal has failed: its fault is thrown.</summary>
    public static async Task<int> RunAsync(WebApplication app, CancellationToken stopping)
    {
        if (!await StartAsync(app, stopping))
            return AmpProgram.Success;
        await WaitAsync(app, stopping);
        await StopAsync(app);
        if (!stopping.IsCancellationRequested)
            throw Failure(app);
        return AmpProgram.Success;
    }

    /// <summary>False when the signal came before the host had started.</summary>
    public static async Task<bool> StartAsync(WebApplication app, CancellationToken stopping)
    {
        try
        {
            await app.StartAsync(stopping);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw Listening.Explain(e, app.Services) ?? e;
        }
    }

    /// <summary>Returns when the signal came or the host began to stop by itself.</summary>
    public static async Task WaitAsync(WebApplication app, CancellationToken stopping)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bySignal = stopping.Register(() => ended.TrySetResult());
        await using var byItself = app.Lifetime.ApplicationStopping.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    public static async Task StopAsync(WebApplication app)
    {
        LogStopping(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Amp.ServiceDefaults.Shutdown"));
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>Why a host stopped that nobody had asked to.</summary>
    public static Exception Failure(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Select(service => service.ExecuteTask?.Exception?.InnerException)
            .FirstOrDefault(exception => exception is not null)
        ?? new AmpException(ErrorCode.InternalError, "the service stopped by itself");

    [LoggerMessage(6002, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger logger);
}
