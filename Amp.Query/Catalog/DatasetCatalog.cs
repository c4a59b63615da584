using System.Globalization;
using System.Runtime.CompilerServices;
using Amp.Query.Cache;
using Amp.Query.Execution;
using Amp.Query.Sql;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Apache.Arrow;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Query.Catalog;

/// <summary>Knows which files a table consists of at this moment. Datasets are kept in memory until a notification says that they changed.</summary>
public sealed partial class DatasetCatalog : IAsyncDisposable
{
    /// <summary>A dataset is compared with the database at least this often: a notification may be lost with its connection.</summary>
    public static readonly TimeSpan LongestTrust = TimeSpan.FromSeconds(5);

    /// <summary>How long the database may take to answer: one that hangs is told from one that is away by nothing else.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    // A manifest may take megabytes.
    private const int ManifestsAtOnce = 20;
    private const int NamesAtOnce = 500;

    /// <summary>Datasets, by the names that queries give them, of which segments are kept.</summary>
    private const int MostDatasets = 500;

    private readonly string _root;
    private readonly SegmentCache? _cache;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly DatasetReader _reader;
    private readonly CatalogChanges _changes;
    private readonly FileColumns _fileColumns;
    private readonly BoundedCache<Kept> _kept = new(MostDatasets);

    /// <param name="database">The metadata.</param>
    /// <param name="root">Folder of the lake.</param>
    /// <param name="clock">Tells how old a kept dataset is.</param>
    /// <param name="log">Hears when changes cannot be heard, or the database refuses.</param>
    /// <param name="cache">Where the files of a lake in a bucket are brought; null for a lake in a folder.</param>
    public DatasetCatalog(NpgsqlDataSource database, string root, TimeProvider clock, ILogger<DatasetCatalog> log, SegmentCache? cache = null)
    {
        _root = root;
        _cache = cache;
        _clock = clock;
        _log = log;
        _reader = new DatasetReader(database);
        _changes = new CatalogChanges(database, clock, log);
        _fileColumns = new FileColumns(Metrics);
    }

    internal QueryMetrics Metrics { get; } = new();

    public ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        return _changes.DisposeAsync();
    }

    /// <summary>
    /// The datasets that a query can name without a revision, in the order of their names. They are read page by page while they are consumed, and
    /// nothing of them is kept.
    /// </summary>
    /// <param name="isWanted">Chooses by the dataset's name.</param>
    /// <param name="withTables">Whether their tables are read too.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<ListedDataset> ListAsync(Func<string, bool> isWanted, bool withTables, [EnumeratorCancellation] CancellationToken ct)
    {
        (string, string)? after = null;
        do
        {
            var (datasets, next) = await AskAsync(stop => _reader.ListAsync(after, withTables ? ManifestsAtOnce : NamesAtOnce, isWanted, withTables, stop), ct);
            foreach (var dataset in datasets)
                yield return dataset;
            after = next;
        }
        while (after is not null);
    }

    /// <summary>The snapshots of the tables, in their order; tables of one dataset are of one moment and end with the same block.</summary>
    internal async Task<IReadOnlyList<TableSnapshot>> SnapshotAsync(IReadOnlyCollection<TableQuestion> questions, CancellationToken ct)
    {
        _changes.Start();
        var datasets = new Dictionary<string, DatasetSnapshot>(StringComparer.Ordinal);

        // "d" and "d@latest" may be one dataset, which has one cut.
        var cuts = new Dictionary<(string, string, string), DatasetSnapshot>();
        foreach (var question in questions)
        {
            if (!datasets.TryGetValue(question.Table.Schema, out var dataset))
            {
                dataset = await DatasetAsync(question.Table, question.NotBefore, ct);
                var key = (question.Table.Namespace, question.Table.Dataset, dataset.ManifestHash);
                datasets[question.Table.Schema] = dataset = cuts.TryGetValue(key, out var known) ? known : dataset;
                cuts[key] = dataset;
            }
        }

        // What is equal to a column that may be anything tells nothing of a block.
        var isRaw = questions.All(q => ManifestTables.IsRaw(q.Table.ColumnsIn(datasets[q.Table.Schema].Tables)));
        var snapshots = new List<TableSnapshot>();
        foreach (var question in questions)
            snapshots.Add(await TableOfAsync(datasets[question.Table.Schema], question.Table, isRaw ? question.Blocks : question.OwnBlocks, ct));
        return snapshots;
    }

    private async Task<DatasetSnapshot> DatasetAsync(TableReference table, DateTimeOffset? notBefore, CancellationToken ct)
    {
        var key = $"{table.Namespace}/{table.Dataset}";
        var change = _changes.Of(key);
        var listening = _changes.IsListening;
        _kept.TryGet(table.Schema, out var before);
        if (before is not null && listening && before.Change == change && _clock.GetElapsedTime(before.ReadAt) < LongestTrust
            && !(before.Dataset.ReadAt < notBefore))
        {
            Metrics.CatalogHits.Add(1);
            return before.Dataset;
        }

        Metrics.CatalogMisses.Add(1);
        try
        {
            var readAt = _clock.GetTimestamp();
            var dataset = await AskAsync(stop => _reader.ReadAsync(table, before?.Dataset, stop), ct);
            _kept.Set(table.Schema, new Kept(dataset, change, readAt));
            return dataset;
        }
        catch (AmpException e) when (e.Code == ErrorCode.TableNotFoundError)
        {
            _kept.Remove(table.Schema);
            throw;
        }
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(_patience, _clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            // The driver takes two seconds more to give a connection up whose server does not hear that it is to cancel.
            return await question(stop.Token).WaitAsync(stop.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RetryableException(
                ErrorCode.DatabaseUnavailable,
                string.Create(CultureInfo.InvariantCulture, $"The metadata database does not answer within {_patience.TotalSeconds} s (metadata_db.url): the query cannot be planned now."),
                e);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            LogRefused(_log, e);
            throw new RetryableException(
                ErrorCode.DatabaseUnavailable,
                $"The metadata database refuses to answer (metadata_db.url, SQLSTATE {e.SqlState}): the query cannot be planned now. The server's log tells the cause.",
                e);
        }
        catch (NpgsqlException e)
        {
            throw new RetryableException(ErrorCode.DatabaseUnavailable, "The metadata database does not answer (metadata_db.url): the query cannot be planned now.", e);
        }
    }

    private async ValueTask<TableSnapshot> TableOfAsync(DatasetSnapshot dataset, TableReference table, BlockRange blocks, CancellationToken ct)
    {
        var schema = table.ColumnsIn(dataset.Tables);
        if (dataset.Range is not { } range || !dataset.Chains.TryGetValue(table.Table, out var chain))
            return new TableSnapshot(schema, [], dataset.Range, dataset.ReadAt);
        var isWhole = blocks.Start == 0 && blocks.End >= range.End;
        if (isWhole && dataset.Whole.TryGetValue(table.Table, out var whole))
            return whole;
        var highest = Math.Min(blocks.End, range.End);
        var all = schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var files = new List<SnapshotFile>();
        foreach (var segment in chain.Segments)
        {
            if (segment.Start > highest || segment.End < blocks.Start)
                continue;
            var cut = Math.Min(segment.End, range.End);
            if (_cache is null)
            {
                var path = Path.Combine(_root, chain.Path, segment.FileName);
                files.Add(new SnapshotFile(path, segment.Start, segment.End, cut, segment.IsOurs ? all : _fileColumns.Of(path)) { Rows = segment.Rows });
                continue;
            }

            var remote = new RemoteFile($"{chain.Path}/{segment.FileName}", segment.Size, segment.ETag);
            var columns = segment.IsOurs ? all : await _fileColumns.OfAsync(_cache.Store, remote, ct);
            files.Add(new SnapshotFile(_cache.PathOf(remote), segment.Start, segment.End, cut, columns, remote) { Rows = segment.Rows });
        }

        var snapshot = new TableSnapshot(schema, files, range, dataset.ReadAt);
        if (isWhole)
            dataset.Whole[table.Table] = snapshot;
        return snapshot;
    }

    [LoggerMessage(5002, LogLevel.Error, "The metadata database refuses to tell what a dataset consists of")]
    private static partial void LogRefused(ILogger log, Exception fault);

    private sealed record Kept(DatasetSnapshot Dataset, long Change, long ReadAt);
}
