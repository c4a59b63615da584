using Amp.DevChain.Faults;

namespace Amp.DevChain.Chain;

/// <summary>Mines a block each block time, which may change meanwhile.</summary>
internal sealed class BlockMiner(Simulation simulation, Conditions conditions, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (blockTime, over) = conditions.Mining();
            using var holds = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, over);
            try
            {
                await MineAsync(blockTime, holds.Token);
            }
            catch (OperationCanceledException)
            {
                // The block time was set anew, or the node stops. A host that is disposed without a stop would take this for a failure.
            }
        }
    }

    private async Task MineAsync(TimeSpan blockTime, CancellationToken cancellation)
    {
        if (blockTime == TimeSpan.Zero)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        using var timer = new PeriodicTimer(blockTime, time);
        while (await timer.WaitForNextTickAsync(cancellation))
            simulation.Mine(1);
    }
}
