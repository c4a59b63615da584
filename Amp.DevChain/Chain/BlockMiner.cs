namespace Amp.DevChain.Chain;

/// <summary>Mines a block each block time.</summary>
internal sealed class BlockMiner(Simulation simulation, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (simulation.Settings.BlockTime == TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(simulation.Settings.BlockTime, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                simulation.Mine(1);
        }
        catch (OperationCanceledException)
        {
            // The node stops. A host that is disposed without a stop would take this for a failure.
        }
    }
}
