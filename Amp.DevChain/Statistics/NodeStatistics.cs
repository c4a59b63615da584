using System.Collections.Concurrent;
using System.Diagnostics;

namespace Amp.DevChain.Statistics;

/// <summary>What the node has been asked and what it cost: a benchmark says how much of its machine the node took.</summary>
internal sealed class NodeStatistics
{
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, StrongBox> _calls = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _requests;
    private long _bytes;
    private long _rejected;
    private long _second;
    private long _inSecond;
    private long _maxPerSecond;
    private TimeSpan _cpuAtReset;
    private long _startedAt;

    public NodeStatistics(TimeProvider time)
    {
        _time = time;
        Reset();
    }

    public void CountRequest()
    {
        var second = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            _requests++;
            _inSecond = second == _second ? _inSecond + 1 : 1;
            _second = second;
            _maxPerSecond = Math.Max(_maxPerSecond, _inSecond);
        }
    }

    public void CountCall(string method)
    {
        // Names come from outside: a client that invents them must not fill the memory.
        if (_calls.Count >= 200 && !_calls.ContainsKey(method))
            method = "others";
        Interlocked.Increment(ref _calls.GetOrAdd(method, static _ => new StrongBox()).Value);
    }

    public void CountBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void CountRejected() => Interlocked.Increment(ref _rejected);

    public StatisticsReport Report()
    {
        lock (_lock)
        {
            return new StatisticsReport(
                _requests,
                _calls.Values.Sum(box => Interlocked.Read(ref box.Value)),
                _calls.ToDictionary(pair => pair.Key, pair => Interlocked.Read(ref pair.Value.Value)),
                Interlocked.Read(ref _bytes),
                Interlocked.Read(ref _rejected),
                _maxPerSecond,
                (Cpu() - _cpuAtReset).TotalSeconds,
                _time.GetElapsedTime(_startedAt).TotalSeconds,
                Environment.WorkingSet);
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            _requests = _inSecond = _maxPerSecond = 0;
            Interlocked.Exchange(ref _bytes, 0);
            Interlocked.Exchange(ref _rejected, 0);
            _calls.Clear();
            _cpuAtReset = Cpu();
            _startedAt = _time.GetTimestamp();
        }
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}
