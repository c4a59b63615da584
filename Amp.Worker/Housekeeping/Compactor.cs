using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Amp.Worker.Housekeeping.Merging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>Takes datasets in which something may be to be merged, beside the slots of extraction.</summary>
internal sealed class Compactor(
    NpgsqlDataSource database, WorkerIdentity worker, MergeRun run, AmpSettings settings, TimeProvider time, ILogger<Compactor> logger) : BackgroundService
{
    // With no interval set, a round that finds nothing is still no busy loop.
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _patienceOfStop = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _afterFault = TimeSpan.FromSeconds(1);

    private readonly CompactorSettings _settings = settings.Writer.Compactor;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _settings.Active ? Task.WhenAll(Enumerable.Range(0, _settings.WriteConcurrency).Select(_ => LoopAsync(stoppingToken))) : Task.CompletedTask;

    /// <summary>A store that does not answer is left to itself.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patienceOfStop, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await base.StopAsync(end.Token);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing that goes wrong with a merge ends the worker.")]
    private async Task LoopAsync(CancellationToken stopping)
    {
        var pause = TimeSpan.FromSeconds(_settings.MinInterval);
        pause = pause > _leastPause ? pause : _leastPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await MergeLeases.TryTakeAsync(database, worker, stopping) is { } lease)
                    await run.RunAsync(lease, stopping);
                await Task.Delay(pause, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkerLog.MergesFailed(logger, e);
                await Task.Delay(_afterFault, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
