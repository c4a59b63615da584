namespace Amp.LocalPostgres;

/// <summary>The last lines of a process's output, for the message that tells of its failure.</summary>
public sealed class LastLines(int capacity)
{
    private readonly Queue<string> _lines = new(capacity);
    private readonly Lock _lock = new();

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public void Clear()
    {
        lock (_lock)
            _lines.Clear();
    }

    public bool Contains(string text)
    {
        lock (_lock)
            return _lines.Any(l => l.Contains(text, StringComparison.Ordinal));
    }

    public override string ToString()
    {
        lock (_lock)
            return _lines.Count == 0 ? "it said nothing" : string.Join(" | ", _lines);
    }
}
