using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Amp.Query.Catalog;

/// <summary>What was read, by its name, so much of it and no more: the oldest leaves for the newest.</summary>
/// <param name="most">So much.</param>
internal sealed class BoundedCache<T>(int most)
{
    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public int Count => _known.Count;

    public bool TryGet(string name, [MaybeNullWhen(false)] out T value) => _known.TryGetValue(name, out value);

    public T Set(string name, T value)
    {
        if (!_known.TryAdd(name, value))
        {
            _known[name] = value;
            return value;
        }

        _order.Enqueue(name);
        while (_order.Count > most && _order.TryDequeue(out var oldest))
            _known.TryRemove(oldest, out _);
        return value;
    }

    public void Remove(string name) => _known.TryRemove(name, out _);
}
