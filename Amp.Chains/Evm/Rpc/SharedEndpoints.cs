using Amp.Chains.Providers;

namespace Amp.Chains.Evm.Rpc;

/// <summary>The providers that this process talks to. One that no file tells any more is closed when its last user has gone.</summary>
internal sealed class SharedEndpoints(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ProviderSettings, Entry> _entries = [];

    public AnswerBuffers Buffers { get; } = new();

    /// <summary>The providers of a network, each to be returned.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="told">All that the files tell of it now.</param>
    public IReadOnlyList<RpcEndpoint> Take(string network, IReadOnlyList<ProviderSettings> told)
    {
        var unused = new List<RpcEndpoint>();
        var taken = new List<RpcEndpoint>(told.Count);
        lock (_gate)
        {
            foreach (var (settings, entry) in _entries.Where(e => e.Key.Network == network && !told.Contains(e.Key)).ToArray())
            {
                entry.IsTold = false;
                RemoveUnused(settings, entry, unused);
            }

            foreach (var settings in told)
            {
                if (!_entries.TryGetValue(settings, out var entry))
                    _entries.Add(settings, entry = new Entry(new RpcEndpoint(settings, Buffers, time)));
                entry.IsTold = true;
                entry.Users++;
                taken.Add(entry.Endpoint);
            }
        }

        Close(unused);
        return taken;
    }

    public void Return(IReadOnlyList<RpcEndpoint> taken)
    {
        var unused = new List<RpcEndpoint>();
        lock (_gate)
        {
            foreach (var endpoint in taken)
            {
                if (!_entries.TryGetValue(endpoint.Settings, out var entry))
                    continue;
                entry.Users--;
                RemoveUnused(endpoint.Settings, entry, unused);
            }
        }

        Close(unused);
    }

    public async ValueTask DisposeAsync()
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        await Task.WhenAll(entries.Select(e => e.Endpoint.DisposeAsync().AsTask()));
        Buffers.Dispose();
    }

    private void RemoveUnused(ProviderSettings settings, Entry entry, List<RpcEndpoint> unused)
    {
        if (entry.IsTold || entry.Users > 0)
            return;
        _entries.Remove(settings);
        unused.Add(entry.Endpoint);
    }

    /// <summary>Nobody waits for a node to agree to the end of a connection.</summary>
    private static void Close(List<RpcEndpoint> unused)
    {
        foreach (var endpoint in unused)
            _ = endpoint.DisposeAsync().AsTask();
    }

    private sealed class Entry(RpcEndpoint endpoint)
    {
        public RpcEndpoint Endpoint => endpoint;

        public int Users { get; set; }

        public bool IsTold { get; set; }
    }
}
