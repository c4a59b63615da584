using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Metadata;
using Amp.Shared.Options;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Coordination;

/// <summary>Hears hints that there may be work. Nothing depends on it: whoever waits for work also looks by itself.</summary>
internal sealed class JobListener(AmpSettings settings, WorkSignal signal, TimeProvider time, ILogger<JobListener> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A hint that is not heard ends no worker, whatever kept it from being heard.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkerLog.ListenFailed(logger, e);
                await Task.Delay(_pause, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.MetadataDb.ConnectionString)
        {
            Pooling = false,
            // A dead peer is noticed by the keepalive query; without it LISTEN would wait for ever.
            KeepAlive = 30,
            ApplicationName = "amp-worker-listen",
        }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        connection.Notification += (_, _) => signal.Raise();
        await using (var command = new NpgsqlCommand($"listen {NotifyChannels.Jobs}", connection))
            await command.ExecuteNonQueryAsync(cancellationToken);

        // What was sent before the LISTEN is not heard.
        signal.Raise();
        while (true)
            await connection.WaitAsync(cancellationToken);
    }
}
