using Microsoft.Extensions.Logging;

namespace Amp.Worker.Coordination;

/// <summary>
/// Does work for a held range again when the connection to the database was lost under it. The lease says for how long that makes
/// sense; a job is not set back by a restart of the database.
/// </summary>
internal sealed class DatabasePatience(TimeProvider time, ILogger<DatabasePatience> logger)
{
    // A connection that is lost again and again while the heart beats is a fault to be told, not an outage to be waited out.
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _last = TimeSpan.FromMilliseconds(400);

    /// <param name="held">Ends the waiting when it is lost.</param>
    /// <param name="act">Is told whether an attempt before it ended with an unknown outcome.</param>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<T> RunAsync<T>(HeldLease held, Func<bool, Task<T>> act)
    {
        long? lost = null;
        var pause = _first;
        var again = false;
        while (true)
        {
            var began = time.GetTimestamp();
            try
            {
                return await act(again);
            }
            catch (Exception e) when (ConnectionLoss.Is(e))
            {
                // After a long attempt this is another loss.
                if (lost is null || time.GetElapsedTime(began) > _most)
                    (lost, pause) = (time.GetTimestamp(), _first);
                else if (time.GetElapsedTime(lost.Value) > _most)
                    throw;
                WorkerLog.DatabaseLostAtWork(logger, held.Lease.RangeId, held.Lease.JobId, pause, e);
            }

            again = true;
            await Task.Delay(pause, time, held.Lost);
            pause = pause * 2 > _last ? _last : pause * 2;
        }
    }

    public Task RunAsync(HeldLease held, Func<bool, Task> act) => RunAsync(held, async again =>
    {
        await act(again);
        return true;
    });
}
