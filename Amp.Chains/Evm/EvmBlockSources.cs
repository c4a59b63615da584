using System.Collections.Concurrent;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.Shared.Faults;
using Microsoft.Extensions.Logging;

namespace Amp.Chains.Evm;

/// <summary>Opens networks by their provider files. Connections, rate limits and health of a provider, and memory, are shared by all that use it in this process.</summary>
public sealed class EvmBlockSources(ProviderFiles providers, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>Kind of the datasets and providers that this reads.</summary>
    public const string Kind = "evm-rpc";

    private static readonly TimeSpan _lookServes = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (long At, Task<IReadOnlyList<ProviderSettings>> Told)> _looks = new(StringComparer.Ordinal);
    private readonly SharedEndpoints _endpoints = new(time);
    private readonly TimeProvider _time = time;
    private readonly RowsPool _rows = new();
    private readonly ILogger _logger = loggers.CreateLogger<EvmBlockSource>();

    /// <summary>The source of a network's blocks, to be disposed after use; the provider files are read anew.</summary>
    /// <exception cref="AmpException">No provider serves the network, or one of them is wrong.</exception>
    public async Task<EvmBlockSource> OpenAsync(string network, CancellationToken cancellationToken) =>
        Source(network, await TakeAsync(network, cancellationToken), RetryPolicy.Default);

    /// <summary>A source of each provider alone that is not set aside, to be disposed after use. It asks once: who wants patience opens the network.</summary>
    public async Task<IReadOnlyList<EvmBlockSource>> OpenEachAsync(string network, CancellationToken cancellationToken)
    {
        var each = new List<EvmBlockSource>();
        foreach (var endpoint in await TakeAsync(network, cancellationToken))
        {
            var source = Source(network, [endpoint], RetryPolicy.Once);
            if (endpoint.Health.IsAside)
                source.Dispose();
            else
                each.Add(source);
        }

        return each;
    }

    /// <summary>Whether the provider files still tell what the source was opened by. What is the matter with them is told to whoever opens the network again.</summary>
    public async Task<bool> IsCurrentAsync(EvmBlockSource source, CancellationToken cancellationToken)
    {
        try
        {
            // Of one network there may be many sources, which look one after the other.
            var look = _looks.AddOrUpdate(source.Network, Look, (network, last) => _time.GetElapsedTime(last.At) < _lookServes ? last : Look(network));
            return source.IsOf(await look.Told.WaitAsync(cancellationToken));
        }
        catch (AmpException e)
        {
            // A store that does not answer, or refuses, says nothing of what lies in it.
            return e.IsRetryable || e.Code == ErrorCode.ObjectStoreError;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoints.DisposeAsync();
        _rows.Dispose();
    }

    private async Task<IReadOnlyList<RpcEndpoint>> TakeAsync(string network, CancellationToken cancellationToken)
    {
        try
        {
            return _endpoints.Take(network, await providers.ForNetworkAsync(Kind, network, cancellationToken));
        }
        catch (AmpException e) when (!e.IsRetryable)
        {
            // None that there were are told any more.
            _endpoints.Take(network, []);
            throw;
        }
    }

    private (long At, Task<IReadOnlyList<ProviderSettings>> Told) Look(string network) =>
        (_time.GetTimestamp(), providers.ForNetworkAsync(Kind, network, CancellationToken.None));

    private EvmBlockSource Source(string network, IReadOnlyList<RpcEndpoint> endpoints, RetryPolicy retry) =>
        new(new RpcNetwork(network, endpoints, _endpoints.Buffers, retry, _time, _logger), _rows, _endpoints.Return);
}
