using System.Diagnostics.CodeAnalysis;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Verifying;

/// <summary>Does the verifications that were asked for, one at a time in each controller.</summary>
internal sealed partial class VerificationLoop(NpgsqlDataSource database, LakeVerification lake, TimeProvider time, ILogger<VerificationLoop> logger)
    : BackgroundService
{
    // Whatever ends the controllers that do it, it is not done for ever.
    private const int MostAttempts = 5;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _asked = new(0);

    /// <summary>One was asked for here: it need not wait for the next look.</summary>
    public void Wake() => _asked.Release();

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing that goes wrong with one verification ends the controller or the ones after it.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var holder = Guid.NewGuid();
                if (await VerificationRows.TakeAsync(database, holder, stoppingToken) is { } taken)
                    await DoAsync(taken, holder, stoppingToken);
                else
                    await _asked.WaitAsync(_interval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogInterrupted(_interval, e);
                await Task.Delay(_interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whoever asked is told.")]
    private async Task DoAsync(Verification taken, Guid holder, CancellationToken stoppingToken)
    {
        var progress = new VerificationProgress();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var beats = BeatAsync(taken.Id, holder, progress, end);
        try
        {
            if (taken.Attempts > MostAttempts)
                throw new AmpException(ErrorCode.InternalError, $"it was begun {MostAttempts} times and never ended; the logs of the controllers tell more");
            var dataset = await DatasetReading.ResolveAsync(database, taken.Dataset, end.Token);
            var report = await lake.VerifyAsync(dataset, progress, end.Token);
            if (await VerificationRows.CompleteAsync(database, taken.Id, holder, progress, report, end.Token))
                LogCompleted(taken.Id, dataset.FullName, progress.CheckedCount, report.Whole, report.Problems.Count + report.Tables.Sum(t => t.ProblemsCount));
        }
        catch (AmpException e)
        {
            if (await VerificationRows.FailAsync(database, taken.Id, holder, progress, e.Code, AmpException.Describe(e), end.Token))
                LogFailed(taken.Id, $"{taken.Namespace}/{taken.Name}", e.Code.ToWire(), e);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await VerificationRows.GiveBackAsync(database, taken.Id, holder, progress, CancellationToken.None);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            LogLost(taken.Id);
        }
        catch (Exception e) when (e is not NpgsqlException lost || !ErrorHandling.IsOutage(lost))
        {
            // Another try would fail as this one did.
            if (await VerificationRows.FailAsync(database, taken.Id, holder, progress, ErrorCode.InternalError, "an internal error; the controller's log tells more", end.Token))
                LogFailed(taken.Id, $"{taken.Namespace}/{taken.Name}", ErrorCode.InternalError.ToWire(), e);
        }
        finally
        {
            await end.CancelAsync();
            await beats;
        }
    }

    /// <summary>Ends the work when it is another's: this process was held up for longer than the lease.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The beats go on for as long as the work does.")]
    private async Task BeatAsync(long id, Guid holder, VerificationProgress progress, CancellationTokenSource end)
    {
        try
        {
            using var timer = new PeriodicTimer(_interval, time);
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                try
                {
                    if (!await VerificationRows.BeatAsync(database, id, holder, progress, end.Token))
                        await end.CancelAsync();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The next beat tells whether the lease outlived it.
                    LogBeatFailed(id, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }

    [LoggerMessage(4050, LogLevel.Information, "Verification {Id} of {Dataset}: {Files} files looked at; whole: {Whole}, problems: {Problems}")]
    private partial void LogCompleted(long id, string dataset, long files, bool whole, int problems);

    [LoggerMessage(4051, LogLevel.Warning, "Verification {Id} of {Dataset} could not be done: {Code}")]
    private partial void LogFailed(long id, string dataset, string code, Exception fault);

    [LoggerMessage(4052, LogLevel.Warning, "Verification {Id} is done by another controller now: this one has not beaten")]
    private partial void LogLost(long id);

    [LoggerMessage(4054, LogLevel.Warning, "Verification {Id}: its lease could not be renewed; it is tried again")]
    private partial void LogBeatFailed(long id, Exception fault);

    [LoggerMessage(4053, LogLevel.Warning, "Verifications are interrupted; they go on in {Pause}")]
    private partial void LogInterrupted(TimeSpan pause, Exception fault);
}
