using System.Text.Json;
using System.Threading.Channels;
using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;

namespace Amp.DevChain.Rpc;

/// <summary>The newHeads subscriptions of one WebSocket.</summary>
internal sealed class Subscriptions : IDisposable
{
    /// <summary>Method of the messages that announce, as faults name it.</summary>
    public const string Announcement = "eth_subscription";

    /// <summary>Heads that a slow client may lag behind before the oldest are left out.</summary>
    private const int Backlog = 4096;

    private readonly Lock _lock = new();
    private readonly Simulation _simulation;
    private readonly HashSet<string> _ids = [];
    private readonly Channel<(ChainView View, ulong Number)> _heads =
        Channel.CreateBounded<(ChainView, ulong)>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
    private ulong _nextId;

    public Subscriptions(Simulation simulation)
    {
        _simulation = simulation;
        _simulation.Changed += OnChanged;
    }

    public ChannelReader<(ChainView View, ulong Number)> Heads => _heads.Reader;

    public void Dispose()
    {
        _simulation.Changed -= OnChanged;
        _heads.Writer.TryComplete();
    }

    public bool TryInvoke(RpcCall call, ResponseBuffer output)
    {
        switch (call.Method)
        {
            case "eth_subscribe":
                var kind = call.Param(0);
                if (kind.ValueKind != JsonValueKind.String || !kind.ValueEquals("newHeads"u8))
                    throw RpcException.Params($"no subscription of kind {kind.GetRawText()}, only \"newHeads\"");
                var id = $"0x{Interlocked.Increment(ref _nextId):x}";
                lock (_lock)
                    _ids.Add(id);
                output.Write(System.Text.Encoding.UTF8.GetBytes($"\"{id}\""));
                return true;
            case "eth_unsubscribe":
                bool removed;
                lock (_lock)
                    removed = call.Param(0).ValueKind == JsonValueKind.String && _ids.Remove(call.Param(0).GetString()!);
                if (!removed)
                    throw new RpcException(RpcException.ServerError, "subscription not found");
                output.Write("true"u8);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes one message for each subscription about a new head.</summary>
    public List<byte[]> Announce(ChainView view, ulong number)
    {
        string[] ids;
        lock (_lock)
            ids = [.. _ids];
        var messages = new List<byte[]>();
        using var output = new ResponseBuffer();
        foreach (var id in ids)
        {
            output.Truncate(0);
            output.Write("{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\""u8);
            output.Write(System.Text.Encoding.UTF8.GetBytes(id));
            output.Write("\",\"result\":"u8);
            _simulation.Store.Answers(view, view.Forks.At(number)).WriteHeader(output);
            output.Write("}}"u8);
            messages.Add(output.Written.ToArray());
        }

        return messages;
    }

    private void OnChanged(HeadChange change)
    {
        lock (_lock)
        {
            if (_ids.Count == 0)
                return;
        }

        for (var number = change.First; number <= change.View.Head; number++)
            _heads.Writer.TryWrite((change.View, number));
    }
}
