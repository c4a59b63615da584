namespace Amp.DevChain.Statistics;

/// <summary>Figures since the start or the last reset.</summary>
/// <param name="Requests">HTTP requests and WebSocket messages; a batch is one.</param>
/// <param name="Calls">Calls in them.</param>
/// <param name="CallsByMethod">Calls of each method.</param>
/// <param name="Bytes">Bytes of answers.</param>
/// <param name="Rejected">Requests above the rate limit.</param>
/// <param name="MaxRequestsPerSecond">Most requests within one second of the clock.</param>
/// <param name="CpuSeconds">CPU time of this process, user and kernel.</param>
/// <param name="ElapsedSeconds">Time on the clock.</param>
/// <param name="WorkingSetBytes">Memory of this process now.</param>
public sealed record StatisticsReport(
    long Requests,
    long Calls,
    IReadOnlyDictionary<string, long> CallsByMethod,
    long Bytes,
    long Rejected,
    long MaxRequestsPerSecond,
    double CpuSeconds,
    double ElapsedSeconds,
    long WorkingSetBytes);
