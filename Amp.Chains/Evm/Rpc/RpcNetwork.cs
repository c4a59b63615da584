using Amp.Shared.Faults;
using Microsoft.Extensions.Logging;

namespace Amp.Chains.Evm.Rpc;

/// <summary>The providers of one network: spreads work over them, sets failing ones aside and tries again.</summary>
internal sealed class RpcNetwork(string name, IReadOnlyList<RpcEndpoint> endpoints, AnswerBuffers buffers, RetryPolicy retry, TimeProvider time, ILogger logger)
{
    private int _turn = -1;

    public string Name => name;

    public IReadOnlyList<RpcEndpoint> Endpoints => endpoints;

    public AnswerBuffers Buffers => buffers;

    public RetryPolicy Retry => retry;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Calls until the work has all its results.</summary>
    public async Task RunAsync(RpcWork work, CancellationToken cancel)
    {
        var calls = new List<RpcCall>();
        for (var attempt = 1; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var endpoint = Choose();
            calls.Clear();
            work.AddMissing(endpoint, calls);
            if (calls.Count == 0)
                return;
            var knewNone = endpoint.ReceiptsPerTransaction;
            var fault = await AttemptAsync(work, endpoint, calls, cancel);
            if (endpoint.ReceiptsPerTransaction && !knewNone)
                logger.ReceiptsPerTransaction(endpoint.Settings.Shown);
            if (fault is null)
            {
                if (endpoint.Health.Succeed())
                    logger.Returned(endpoint.Settings.Shown);
                continue;
            }

            SetAside(endpoint, fault);
            if (attempt >= (fault.IsRetryable ? retry.Attempts : Math.Max(endpoints.Count, retry.PermanentAttempts)))
                throw fault;
            await PauseAsync(attempt++, fault, cancel);
        }
    }

    public async Task PauseAsync(int attempt, AmpException fault, CancellationToken cancel)
    {
        var asked = (fault as RetryableException)?.RetryAfter;
        // Another provider need not wait for what this one asked.
        var pause = endpoints.Any(e => !e.Health.IsAside) && asked is not null ? retry.Pause(1) : retry.Pause(attempt, asked);
        logger.Retry(attempt, pause.TotalMilliseconds, AmpException.Describe(fault));
        await Task.Delay(pause, time, cancel);
    }

    private RpcEndpoint Choose()
    {
        var turn = (uint)Interlocked.Increment(ref _turn);
        for (var i = 0u; i < endpoints.Count; i++)
        {
            var endpoint = endpoints[(int)((turn + i) % (uint)endpoints.Count)];
            if (!endpoint.Health.IsAside)
                return endpoint;
        }

        return endpoints.MinBy(e => e.Health.AsideUntil)!;
    }

    private void SetAside(RpcEndpoint endpoint, AmpException fault)
    {
        // A block that this node does not know yet says nothing against the node.
        if (fault.Code == ErrorCode.BlockNotFound)
            return;
        if (endpoint.Health.Fail(!fault.IsRetryable, (fault as RetryableException)?.RetryAfter) is { } pause)
            logger.SetAside(endpoint.Settings.Shown, pause.TotalSeconds, AmpException.Describe(fault));
    }

    private static async Task<AmpException?> AttemptAsync(RpcWork work, RpcEndpoint endpoint, List<RpcCall> calls, CancellationToken cancel)
    {
        if (calls.Count <= endpoint.BatchSize)
            return await SendAsync(work, endpoint, [.. calls], cancel);
        var requests = calls.Chunk(endpoint.BatchSize).Select(part => SendAsync(work, endpoint, part, cancel)).ToArray();
        var faults = await Task.WhenAll(requests);
        return faults.OfType<AmpException>().OrderBy(f => f.IsRetryable).FirstOrDefault();
    }

    private static async Task<AmpException?> SendAsync(RpcWork work, RpcEndpoint endpoint, RpcCall[] calls, CancellationToken cancel)
    {
        try
        {
            var exchange = await endpoint.SendAsync(calls, cancel);
            return work.Take(endpoint, calls, exchange);
        }
        catch (AmpException e)
        {
            return e;
        }
    }
}
