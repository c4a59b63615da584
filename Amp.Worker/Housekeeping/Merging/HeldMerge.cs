using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Ranges;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>The right to merge in one dataset, renewed by a loop of its own for as long as this lives.</summary>
internal sealed class HeldMerge : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewal;

    public HeldMerge(NpgsqlDataSource database, MergeLease lease, TimeProvider time, ILogger logger)
    {
        (_database, Lease, _time, _logger) = (database, lease, time, logger);
        _renewal = Task.Run(RenewAsync);
    }

    public MergeLease Lease { get; }

    /// <summary>The lease is gone: drop everything, nothing of it counts any more.</summary>
    public CancellationToken Lost => _lost.Token;

    public void Lose()
    {
        if (_lost.IsCancellationRequested)
            return;
        WorkerLog.MergeLeaseLost(_logger, Lease.Dataset, Lease.Epoch);
        _ = _lost.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewal;
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        var renewed = _time.GetTimestamp();
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(LeaseTerms.Beat, _time, _ended.Token);
                var began = _time.GetTimestamp();
                if (!await MergeLeases.RenewAsync(_database, Lease, _ended.Token))
                {
                    Lose();
                    return;
                }

                renewed = began;
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                if (_time.GetElapsedTime(renewed) <= LeaseTerms.Expiry)
                    continue;
                Lose();
                return;
            }
        }
    }
}
