namespace Amp.Benchmarks.Coordination;

/// <summary>Plans of statements as a PostgreSQL server with auto_explain logs them, each statement once.</summary>
internal sealed class Plans
{
    private const string Begin = "LOG:  duration:";

    private readonly SortedDictionary<string, List<string>> _byStatement = new(StringComparer.Ordinal);
    private List<string>? _open;

    public void Hear(string line)
    {
        lock (_byStatement)
        {
            if (line.Contains(Begin, StringComparison.Ordinal))
                _open = [];
            else if (line.StartsWith('\t') || line.StartsWith(' '))
                Add(line);
            else
                _open = null;
        }
    }

    public void Print()
    {
        lock (_byStatement)
        {
            foreach (var plan in _byStatement.Values)
                Console.WriteLine(string.Join('\n', plan) + "\n");
        }
    }

    private void Add(string line)
    {
        if (_open is null)
            return;
        _open.Add(line);

        // The statement comes first; the same with other values has the same text.
        if (line.Contains("(cost=", StringComparison.Ordinal) && !_open.Exists(l => l.Contains("pg_type", StringComparison.Ordinal)))
            _byStatement.TryAdd(string.Join('\n', _open.TakeWhile(l => !l.Contains("(cost=", StringComparison.Ordinal))), _open);
    }
}
