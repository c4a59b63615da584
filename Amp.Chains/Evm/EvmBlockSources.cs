using System.Collections.Concurrent;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Microsoft.Extensions.Logging;

namespace Amp.Chains.Evm;

/// <summary>Opens networks by their provider files. Connections, rate limits and health of a provider, and memory, are shared by all that use it in this process.</summary>
public sealed class EvmBlockSources(ProviderFiles providers, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>Kind of the datasets and providers that this reads.</summary>
    public const string Kind = "evm-rpc";

    private readonly ConcurrentDictionary<ProviderSettings, Lazy<RpcEndpoint>> _endpoints = new();
    private readonly TimeProvider _time = time;
    private readonly AnswerBuffers _buffers = new();
    private readonly RowsPool _rows = new();
    private readonly ILogger _logger = loggers.CreateLogger<EvmBlockSource>();

    /// <summary>The source of a network's blocks; the provider files are read anew.</summary>
    /// <exception cref="Shared.Faults.AmpException">No provider serves the network, or one of them is wrong.</exception>
    public async Task<EvmBlockSource> OpenAsync(string network, CancellationToken cancellationToken)
    {
        var endpoints = (await providers.ForNetworkAsync(Kind, network, cancellationToken)).Select(Endpoint).ToArray();
        return new EvmBlockSource(new RpcNetwork(network, endpoints, _buffers, RetryPolicy.Default, _time, _logger), _rows);
    }

    /// <summary>A source of each provider alone that is not set aside. It asks once: who wants patience opens the network.</summary>
    public async Task<IReadOnlyList<EvmBlockSource>> OpenEachAsync(string network, CancellationToken cancellationToken) =>
    [
        .. (await providers.ForNetworkAsync(Kind, network, cancellationToken)).Select(Endpoint).Where(e => !e.Health.IsAside)
            .Select(e => new EvmBlockSource(new RpcNetwork(network, [e], _buffers, RetryPolicy.Once, _time, _logger), _rows)),
    ];

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_endpoints.Values.Where(e => e.IsValueCreated).Select(e => e.Value.DisposeAsync().AsTask()));
        _buffers.Dispose();
        _rows.Dispose();
    }

    private RpcEndpoint Endpoint(ProviderSettings settings) =>
        _endpoints.GetOrAdd(settings, static (s, self) => new Lazy<RpcEndpoint>(() => new RpcEndpoint(s, self._buffers, self._time)), this).Value;
}
