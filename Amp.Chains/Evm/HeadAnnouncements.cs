using Amp.Chains.Evm.Rpc;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm;

/// <summary>
/// New heads as a node of the network announces them, for one follower; where no provider does, nothing is ever announced.
/// A hint to look, no more: announcements may be lost, doubled or wrong.
/// </summary>
public sealed class HeadAnnouncements : IAsyncDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    /// <summary>How often a subscription is thought of that does not stand; a provider that refused it is left alone for longer.</summary>
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly RpcNetwork _network;
    private readonly bool _canBe;
    private readonly SemaphoreSlim _pending = new(0, 1);
    private readonly CancellationTokenSource _left = new();
    private RpcEndpoint? _endpoint;
    private Task _subscribing = Task.CompletedTask;
    private ulong _newest;

    internal HeadAnnouncements(RpcNetwork network)
    {
        _network = network;
        _canBe = network.Endpoints.Any(e => e.Heads is not null);
    }

    /// <summary>Whether a node has been asked and its connection stands.</summary>
    public bool IsLive => _endpoint?.Heads!.IsLive == true;

    /// <summary>The block that was announced last.</summary>
    public ulong Newest => Volatile.Read(ref _newest);

    /// <summary>Returns when something was announced since the last time, when it must be feared that something was not, or after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        var start = _network.Time.GetTimestamp();
        while (true)
        {
            if (!IsLive && _subscribing.IsCompleted && Choose() is { } endpoint)
                _subscribing = SubscribeAsync(endpoint);
            var left = atMost - _network.Time.GetElapsedTime(start);
            var step = IsLive || !_canBe ? _longest : _retry;
            if (await _pending.WaitAsync(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, step.Ticks)), cancel) || left <= step)
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _subscribing;
        _endpoint?.Heads!.Leave(this);
        _left.Dispose();
        _pending.Dispose();
    }

    internal void Wake(ulong? number)
    {
        if (number is { } newest)
            Volatile.Write(ref _newest, newest);
        try
        {
            _pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // A look is already due.
        }
    }

    private RpcEndpoint? Choose() => _network.Endpoints.FirstOrDefault(e => e.Heads is { Health.IsAside: false } && !e.Health.IsAside);

    private async Task SubscribeAsync(RpcEndpoint endpoint)
    {
        _endpoint?.Heads!.Leave(this);
        _endpoint = endpoint;
        var heads = endpoint.Heads!;
        heads.Follow(this);
        try
        {
            if (await endpoint.SubscribeAsync(_left.Token))
                _network.Logger.HeadsAnnounced(endpoint.Settings.Shown);

            // What came before is not announced.
            Wake(null);
        }
        catch (AmpException e)
        {
            if (heads.Health.Fail(!e.IsRetryable, (e as RetryableException)?.RetryAfter) is { } pause)
                _network.Logger.HeadsNotAnnounced(endpoint.Settings.Shown, pause.TotalSeconds, AmpException.Describe(e));
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The follower has gone.
        }
    }
}
