using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.UnitTests.Chains;

/// <summary>A source over nodes of this process that tries again without long pauses.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    public const int Attempts = 5;

    private readonly AnswerBuffers _buffers = new();
    private readonly RowsPool _rows = new();
    private readonly RpcEndpoint[] _endpoints;

    public TestNetwork(params ProviderSettings[] providers)
        : this(Retry, providers)
    {
    }

    public TestNetwork(RetryPolicy retry, params ProviderSettings[] providers)
    {
        _endpoints = [.. providers.Select(p => new RpcEndpoint(p, _buffers, TimeProvider.System))];
        Source = new EvmBlockSource(new RpcNetwork("test", _endpoints, _buffers, retry, TimeProvider.System, NullLogger.Instance), _rows);
    }

    public EvmBlockSource Source { get; }

    public IReadOnlyList<RpcEndpoint> Endpoints => _endpoints;

    public static RetryPolicy Retry { get; } = new(Attempts, PermanentAttempts: 2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));

    public static ProviderSettings Provider(Uri url, string name = "node", uint batch = 0, bool perTx = false, double timeout = 30, string? token = null) =>
        new(name, "evm-rpc", "test", url, null, token, null, null, batch, perTx, TimeSpan.FromSeconds(timeout));

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints)
            await endpoint.DisposeAsync();
        _buffers.Dispose();
        _rows.Dispose();
    }
}
