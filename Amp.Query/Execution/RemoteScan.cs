using Amp.Query.Cache;
using Amp.Query.Catalog;

namespace Amp.Query.Execution;

/// <summary>
/// The files of a query over a lake in a bucket. Planning looks at one file of each kind; the rest is fetched when the query runs, so that asking for
/// a schema costs no more than that.
/// </summary>
internal sealed class RemoteScan(SegmentCache cache, IReadOnlyList<ViewDefinition> views) : IDisposable
{
    private readonly Dictionary<FileList, SnapshotFile> _samples = views.SelectMany(v => v.FileLists).ToDictionary(l => l, l => cache.Sample(l.Files));
    private CacheLease? _held;

    private IEnumerable<SnapshotFile> Files => views.SelectMany(v => v.FileLists).SelectMany(l => l.Files);

    /// <summary>Brings the files that planning looks at.</summary>
    public async Task FetchSamplesAsync(CancellationToken ct) => _held = await cache.LeaseAsync(_samples.Values, ct);

    /// <summary>What planning takes for the files of a list.</summary>
    public SnapshotFile Sample(FileList list) => _samples[list];

    /// <summary>Brings all files.</summary>
    public async Task FetchAllAsync(CancellationToken ct)
    {
        // Room is waited for with empty hands: two queries that each hold their samples would wait for each other.
        _held?.Dispose();
        _held = null;
        _held = await cache.LeaseAsync(Files, ct);
    }

    /// <summary>Lets the engine see all files; what was prepared before sees the samples still.</summary>
    public void ShowAll(DuckInstance instance)
    {
        foreach (var list in views.SelectMany(v => v.FileLists))
            instance.SetFiles(list.Variable, list.Files);
    }

    /// <summary>The query failed over them.</summary>
    public void Doubt() => cache.Doubt(Files);

    public void Dispose() => _held?.Dispose();
}
