using System.Net.WebSockets;
using System.Text.Json;
using Amp.Chains.Rows;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>One WebSocket: several requests are under way on it, told apart by the ids of their calls; announced heads come between their answers.</summary>
internal sealed class RpcSocket : IAsyncDisposable
{
    /// <summary>The low bits of an id number the calls of a request, the others the request.</summary>
    private const int CallBits = 10;

    private const int MostRequests = int.MaxValue >> CallBits;

    private static readonly TimeSpan _patienceAtClose = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, TaskCompletionSource<NativeBuffer?>> _waiting = [];
    private readonly StrayAnswers _strays = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly WebSocket _socket;
    private readonly AnswerBuffers _buffers;
    private readonly HeadFeed _heads;
    private readonly ProviderFaults _faults;
    private readonly TimeProvider _time;
    private readonly int _longestAnswer;
    private readonly Task _receiving;
    private int _requests;
    private long _used;
    private Exception? _end;
    private Task? _closing;

    public RpcSocket(WebSocket socket, AnswerBuffers buffers, HeadFeed heads, ProviderFaults faults, TimeProvider time, int? longestAnswer = null)
    {
        _socket = socket;
        _buffers = buffers;
        _heads = heads;
        _faults = faults;
        _time = time;
        _longestAnswer = longestAnswer ?? Array.MaxLength;
        _used = time.GetTimestamp();
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>Whether it takes requests.</summary>
    public bool IsOpen => Volatile.Read(ref _end) is null;

    /// <summary>Sends a request and waits for its answer; null when the connection has ended before.</summary>
    public async Task<RpcExchange?> TrySendAsync(RpcCall[] calls, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<NativeBuffer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = Begin(answer);
        if (request == 0)
            return null;
        await using var forgotten = cancel.Register(() => Take(request)?.TrySetCanceled(cancel));
        var firstId = request << CallBits;
        _ = WriteAsync(request, RpcRequestBody.Write(calls, firstId));
        var body = await answer.Task ?? throw EndFault();
        try
        {
            var results = new RpcResult[calls.Length];
            RpcAnswerIndex.Read(body.WrittenSpan, results, out var whole, firstId);
            if (calls[0].Method == RpcMethod.SubscribeHeads && results[0].IsThere)
                _heads.Began(this);
            return new RpcExchange(body, results, whole);
        }
        catch
        {
            _buffers.Return(body);
            throw;
        }
    }

    /// <summary>Closes it when it was not used for so long, neither by calls nor for heads.</summary>
    public void CloseWhenIdle(TimeSpan idle)
    {
        lock (_lock)
        {
            if (_end is not null || _waiting.Count > 0 || _heads.IsFollowedOn(this) || _time.GetElapsedTime(_used) < idle)
                return;
            _end = new IOException("It was not used any more.");
            _closing ??= CloseAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _closing ??= CloseAsync();
        await _closing;
        await _receiving;
    }

    private async Task CloseAsync()
    {
        await Task.Yield();
        using var patience = new CancellationTokenSource(_patienceAtClose, _time);
        try
        {
            // Kept for good: after the close nothing is sent.
            await _sending.WaitAsync(patience.Token);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            await _receiving.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            // It has ended already, or the node does not say goodbye in time.
        }

        _socket.Abort();
    }

    private int Begin(TaskCompletionSource<NativeBuffer?> answer)
    {
        lock (_lock)
        {
            if (_end is not null)
                return 0;
            do
                _requests = _requests == MostRequests ? 1 : _requests + 1;
            while (!_waiting.TryAdd(_requests, answer));
            return _requests;
        }
    }

    private TaskCompletionSource<NativeBuffer?>? Take(int request)
    {
        TaskCompletionSource<NativeBuffer?>? taken;
        lock (_lock)
        {
            _used = _time.GetTimestamp();
            _waiting.Remove(request, out taken);
        }

        SettleStrays();
        return taken;
    }

    private TaskCompletionSource<NativeBuffer?>[] TakeAll()
    {
        lock (_lock)
        {
            var all = _waiting.Values.ToArray();
            _waiting.Clear();
            return all;
        }
    }

    /// <summary>Once begun, a message is sent to its end, whoever still waits for the answer: half a message would end the connection for all.</summary>
    private async Task WriteAsync(int request, byte[] message)
    {
        await _sending.WaitAsync();
        try
        {
            if (IsAwaited(request))
                await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            End(e);
            _socket.Abort();
        }
        finally
        {
            _sending.Release();
        }
    }

    private bool IsAwaited(int request)
    {
        lock (_lock)
            return _waiting.ContainsKey(request);
    }

    /// <summary>Never throws: what ends the connection is told to all who wait for an answer.</summary>
    private async Task ReceiveAsync()
    {
        var message = _buffers.Rent();
        try
        {
            while (await ReadAsync(message))
                message = HandOut(message);
            End(new IOException($"The node closed the connection: {_socket.CloseStatus} {_faults.Hide(_socket.CloseStatusDescription ?? "")}"));
            using var patience = new CancellationTokenSource(_patienceAtClose, _time);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception e)
        {
            End(e);
        }

        _buffers.Return(message);
        _socket.Dispose();
    }

    private async Task<bool> ReadAsync(NativeBuffer message)
    {
        const int step = 64 << 10;
        while (true)
        {
            var part = await _socket.ReceiveAsync(message.Free(message.Capacity > message.Length ? 1 : step), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return false;
            message.Advance(part.Count);
            if (message.Length > _longestAnswer)
                throw new AmpException(ErrorCode.ResourcesExhausted, $"an answer is longer than {_longestAnswer} bytes");
            if (part.EndOfMessage)
                return true;
        }
    }

    /// <summary>Gives a message to whom it belongs; the buffer for the next one.</summary>
    private NativeBuffer HandOut(NativeBuffer message)
    {
        var id = RpcMessage.FirstId(message.WrittenSpan, out var isNotification);
        if (isNotification)
        {
            _heads.Announce(RpcMessage.AnnouncedHead(message.WrittenSpan));
        }
        else if (id >> CallBits is var request and > 0)
        {
            if (Take(request) is { } answer)
            {
                answer.SetResult(message);
                return _buffers.Rent();
            }
        }
        else
        {
            lock (_lock)
                _strays.Add(_waiting.Keys, message);
            SettleStrays();
            return _buffers.Rent();
        }

        message.Truncate(0);
        return message;
    }

    private void SettleStrays()
    {
        List<(TaskCompletionSource<NativeBuffer?>? Waiting, NativeBuffer Answer)> settled;
        lock (_lock)
        {
            settled = [.. _strays.TakeSettled(_waiting.Keys.ToHashSet())
                .Select(s => (s.Request is { } request && _waiting.Remove(request, out var waiting) ? waiting : null, s.Answer))];
        }

        foreach (var (waiting, answer) in settled)
        {
            // Nobody may wait any more: given up, or answered by its id after all.
            if (waiting?.TrySetResult(answer) != true)
                _buffers.Return(answer);
        }
    }

    private void End(Exception cause)
    {
        lock (_lock)
            _end ??= cause;
        foreach (var answer in TakeAll())
            answer.SetResult(null);
        SettleStrays();
        _heads.Ended(this);
    }

    private Exception EndFault() => _end switch
    {
        JsonException broken => new JsonException(broken.Message, broken),
        AmpException fault => new RetryableException(fault.Code, fault.Message, fault),
        var cause => _faults.Unavailable("ended the connection", cause),
    };
}
