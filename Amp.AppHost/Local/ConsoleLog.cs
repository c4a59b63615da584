namespace Amp.AppHost.Local;

/// <summary>Everybody's lines on one console, each behind its name, and each resource's lines in a file of its own.</summary>
internal sealed class ConsoleLog(string logsFolder, int nameWidth) : IDisposable
{
    private static readonly int[] _colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly bool _coloured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly Dictionary<string, StreamWriter> _files = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly Lock _lock = new();

    /// <summary>A line of a resource; <paramref name="show"/> false keeps it to the file.</summary>
    public void Write(string name, string line, bool show = true)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(name, out var file))
            {
                // A new run begins a new file: the old lines belong to processes that are gone.
                file = new StreamWriter(new FileStream(Path.Combine(logsFolder, name + ".log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
                _files.Add(name, file);
            }

            file.WriteLine(line);
            if (show)
                Console.Out.WriteLine($"{Prefix(name)} {line}");
        }
    }

    /// <summary>A line of our own.</summary>
    public void Say(string line) => Write("apphost", line);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values)
                file.Dispose();
            _files.Clear();
        }
    }

    private string Prefix(string name)
    {
        var text = $"{name.PadRight(nameWidth)} |";
        if (!_coloured)
            return text;
        var index = _names.IndexOf(name);
        if (index < 0)
        {
            index = _names.Count;
            _names.Add(name);
        }

        return $"\e[{_colours[index % _colours.Length]}m{text}\e[0m";
    }
}
