using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Options;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>Deletes what nobody needs any more, in rounds of its own: a store that is slow to delete holds up nothing else.</summary>
internal sealed class Collector(
    NpgsqlDataSource database, OrphanCollector orphans, RetiredCollector retired, AmpSettings settings, TimeProvider time, ILogger<Collector> logger)
    : BackgroundService
{
    private static readonly TimeSpan _patienceOfStop = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(20);

    private readonly CollectorSettings _settings = settings.Writer.Collector;

    /// <summary>A store that does not answer is left to itself.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patienceOfStop, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await base.StopAsync(end.Token);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What could not be deleted is tried again.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(_settings.MinInterval);
        pause = pause > _leastPause ? pause : _leastPause;
        while (_settings.Active && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkerLog.CollectFailed(logger, e);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        await MergeLeases.FreeExpiredAsync(database, cancellationToken);
        await orphans.CollectAsync(cancellationToken);
        while (await retired.CollectAsync(cancellationToken) is > 0 and var count)
            WorkerLog.RetiredCollected(logger, count);
    }
}
