using Amp.Query.Cache;
using Amp.Query.Catalog;

namespace Amp.Query.Execution;

/// <summary>
/// The files of a query. Planning looks at one file of a long list, or of a list that lies in a bucket; the engine sees, and the cache fetches, all of
/// them when the query runs. So asking for a schema costs no more than that: DuckDB looks up every file that it is shown.
/// </summary>
/// <param name="views">What the query reads.</param>
/// <param name="cache">Where the files of a lake in a bucket are brought; null for a lake in a folder.</param>
internal sealed class QueryFiles(IReadOnlyList<ViewDefinition> views, SegmentCache? cache) : IDisposable
{
    /// <summary>To show so many costs less than to prepare a statement twice.</summary>
    private const int ShownAtOnce = 16;

    private readonly Dictionary<FileList, SnapshotFile> _samples = views.SelectMany(v => v.FileLists)
        .Where(l => cache is not null || l.Files.Count > ShownAtOnce)
        .ToDictionary(l => l, l => cache?.Sample(l.Files) ?? l.Files[0]);

    private CacheLease? _held;

    /// <summary>Whether planning saw a part of the files only, so that the statement is to be prepared anew.</summary>
    public bool IsSampled => _samples.Count > 0;

    private IEnumerable<SnapshotFile> Files => views.SelectMany(v => v.FileLists).SelectMany(l => l.Files);

    /// <summary>Brings the files that planning looks at.</summary>
    public async Task FetchSamplesAsync(CancellationToken ct)
    {
        if (cache is not null)
            _held = await cache.LeaseAsync(_samples.Values, ct);
    }

    /// <summary>Makes the views, as far as planning needs them.</summary>
    public void ShowSamples(DuckInstance instance)
    {
        foreach (var view in views)
        {
            // One file tells the view its columns.
            foreach (var list in view.FileLists)
                instance.SetFiles(list.Variable, [_samples.GetValueOrDefault(list, list.Files[0])]);
            instance.CreateView(view);
            foreach (var list in view.FileLists.Where(l => l.Files.Count > 1 && !_samples.ContainsKey(l)))
                instance.SetFiles(list.Variable, list.Files);
        }
    }

    /// <summary>Brings all files.</summary>
    public async Task FetchAllAsync(CancellationToken ct)
    {
        if (cache is null)
            return;

        // Room is waited for with empty hands: two queries that each hold their samples would wait for each other.
        _held?.Dispose();
        _held = null;
        _held = await cache.LeaseAsync(Files, ct);
    }

    /// <summary>Lets the engine see all files; what was prepared before sees the samples still.</summary>
    public void ShowAll(DuckInstance instance)
    {
        foreach (var list in _samples.Keys)
            instance.SetFiles(list.Variable, list.Files);
    }

    /// <summary>The query failed over them.</summary>
    public void Doubt() => cache?.Doubt(Files);

    public void Dispose() => _held?.Dispose();
}
