namespace Amp.Chains.Evm.Rpc;

/// <summary>The heads that one provider announces over its WebSocket, and who in this process follows them.</summary>
internal sealed class HeadFeed(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<HeadAnnouncements> _followers = [];
    private RpcSocket? _socket;

    /// <summary>Of the subscription: its node may serve all calls and yet announce nothing.</summary>
    public RpcHealth Health { get; } = new(time);

    /// <summary>Whether the node has been asked to announce its heads and the connection stands.</summary>
    public bool IsLive => Volatile.Read(ref _socket) is { IsOpen: true };

    public void Follow(HeadAnnouncements follower)
    {
        lock (_lock)
            _followers.Add(follower);
    }

    public void Leave(HeadAnnouncements follower)
    {
        lock (_lock)
            _followers.Remove(follower);
    }

    public bool IsFollowedOn(RpcSocket socket)
    {
        lock (_lock)
            return _socket == socket && _followers.Count > 0;
    }

    public void Began(RpcSocket socket) => Volatile.Write(ref _socket, socket);

    public void Announce(ulong? number)
    {
        Health.Succeed();
        Wake(number);
    }

    public void Ended(RpcSocket socket)
    {
        if (Interlocked.CompareExchange(ref _socket, null, socket) != socket)
            return;
        Health.Fail(permanent: false, retryAfter: null);
        Wake(null);
    }

    private void Wake(ulong? number)
    {
        lock (_lock)
        {
            foreach (var follower in _followers)
                follower.Wake(number);
        }
    }
}
