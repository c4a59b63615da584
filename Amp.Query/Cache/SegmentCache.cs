using System.Globalization;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Query.Cache;

/// <summary>
/// Whole copies of a bucket's segments on this machine's disk, shared by all queries of the process: each is fetched once, held as long as a query
/// needs it, and leaves when room is needed, the least recently used first.
/// </summary>
public sealed class SegmentCache : IDisposable
{
    private const int TransfersAtOnce = 8;
    private const string PartialExtension = ".partial";

    private readonly IObjectStore _store;
    private readonly long _maxBytes;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _transfers = new(TransfersAtOnce);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CacheEntry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<CacheEntry> _idle = new();
    private TaskCompletionSource _roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;

    /// <param name="store">Where the segments lie.</param>
    /// <param name="folder">For this cache alone; what an earlier one left there and is whole is kept.</param>
    /// <param name="maxBytes">What the copies may take.</param>
    /// <param name="patience">How long a query waits for room that other queries hold.</param>
    /// <param name="time">Measures that.</param>
    public SegmentCache(IObjectStore store, string folder, long maxBytes, TimeSpan patience, TimeProvider time)
    {
        _store = store;
        _maxBytes = maxBytes;
        _patience = patience;
        _time = time;
        Folder = Path.GetFullPath(folder);
        Guard(Adopt);
        Metrics.Observe(() => Bytes);
    }

    /// <summary>The folder of the copies: the one that the engine may open.</summary>
    public string Folder { get; }

    public IObjectStore Store => _store;

    /// <summary>What the copies take now, those under way included.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>Where a segment's copy lies, or would lie. Another version of it has another place.</summary>
    public string PathOf(RemoteFile file)
    {
        var slash = file.Path.LastIndexOf('/');
        return $"{Folder}/{file.Path.AsSpan(0, slash + 1)}{Plain(file.ETag)}-{file.Path.AsSpan(slash + 1)}";
    }

    internal QueryMetrics Metrics { get; } = new();

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        Metrics.Dispose();
    }

    /// <summary>Of files that are alike, the one that costs least to look at.</summary>
    internal SnapshotFile Sample(IReadOnlyList<SnapshotFile> alike)
    {
        lock (_lock)
        {
            foreach (var file in alike)
            {
                if (_entries.TryGetValue(file.Path, out var entry) && entry.IsWhole)
                    return file;
            }
        }

        return alike.MinBy(f => f.Remote!.Size)!;
    }

    /// <summary>Brings the files here that are not yet, and keeps all of them until the lease is disposed.</summary>
    /// <exception cref="AmpException">They do not fit, a disk or the store refuses, or a segment is not what was registered.</exception>
    internal async Task<CacheLease> LeaseAsync(IEnumerable<SnapshotFile> files, CancellationToken cancellationToken)
    {
        var wanted = files.DistinctBy(f => f.Path).ToList();
        var entries = await PinAsync(wanted, cancellationToken);
        var lease = new CacheLease(this, entries);
        try
        {
            var transfers = wanted.Zip(entries, (file, entry) => EnsureAsync(entry, file.Remote!)).Where(t => !t.IsCompletedSuccessfully).Distinct().ToList();

            // The first that fails ends the others that nobody else waits for.
            await foreach (var transfer in Task.WhenEach(transfers).WithCancellation(cancellationToken))
                await transfer;
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>A query over these failed in a way that their bytes may have caused: each is fetched anew at its next use.</summary>
    internal void Doubt(IEnumerable<SnapshotFile> files)
    {
        lock (_lock)
        {
            foreach (var file in files)
            {
                if (_entries.TryGetValue(file.Path, out var entry))
                    entry.IsWhole = false;
            }
        }
    }

    internal void Release(IReadOnlyList<CacheEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
                Unpin(entry);
            _roomMade.TrySetResult();
            _roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Keeps room for all of them or for none, so that two queries never wait for what the other holds.</summary>
    private async Task<IReadOnlyList<CacheEntry>> PinAsync(List<SnapshotFile> wanted, CancellationToken cancellationToken)
    {
        var total = wanted.Sum(f => f.Remote!.Size);
        if (total > _maxBytes)
            throw new AmpException(ErrorCode.ResourcesExhausted, $"The query reads {wanted.Count} files of {Megabytes(total)} MiB, and the server keeps {Megabytes(_maxBytes)} MiB of them at a time (cache_max_mb): read fewer blocks at once, or have the limit raised.");
        var start = _time.GetTimestamp();
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (TryPin(wanted) is { } entries)
                    return entries;
                room = _roomMade.Task;
            }

            var left = _patience - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                throw new RetryableException(ErrorCode.ResourcesExhausted, $"The query needs {Megabytes(total)} MiB of files, and other queries hold most of the {Megabytes(_maxBytes)} MiB that the server keeps (cache_max_mb): try again later.", retryAfter: _patience);
            try
            {
                await room.WaitAsync(left, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The next look is the last.
            }
        }
    }

    private List<CacheEntry>? TryPin(List<SnapshotFile> wanted)
    {
        var entries = new List<CacheEntry>(wanted.Count);
        foreach (var file in wanted)
        {
            var size = file.Remote!.Size;
            if (!_entries.TryGetValue(file.Path, out var entry) || (entry.Size != size && entry.Pins == 0))
            {
                if (entry is not null)
                    Forget(entry);
                _entries[file.Path] = entry = new CacheEntry(file.Path, size);
                _bytes += size;
            }

            Pin(entry);
            entries.Add(entry);
        }

        while (_bytes > _maxBytes && _idle.First is { } oldest)
        {
            Forget(oldest.Value);
            TryDelete(oldest.Value.Path);
            Metrics.SegmentEvictions.Add(1);
        }

        if (_bytes <= _maxBytes)
            return entries;
        entries.ForEach(Unpin);
        return null;
    }

    private void Pin(CacheEntry entry)
    {
        entry.Pins++;
        if (entry.Idle is not { } node)
            return;
        _idle.Remove(node);
        entry.Idle = null;
    }

    private void Unpin(CacheEntry entry)
    {
        if (--entry.Pins > 0)
            return;
        if (entry.IsWhole)
        {
            entry.Idle = _idle.AddLast(entry);
            return;
        }

        // Nobody waits for the rest of it, and what there is of it nobody trusts.
        entry.Stop?.Cancel();
        Forget(entry);
        TryDelete(entry.Path);
    }

    private void Forget(CacheEntry entry)
    {
        if (entry.Idle is { } node)
            _idle.Remove(node);
        entry.Idle = null;
        if (_entries.TryGetValue(entry.Path, out var known) && known == entry && _entries.Remove(entry.Path))
            _bytes -= entry.Size;
    }

    private Task EnsureAsync(CacheEntry entry, RemoteFile wanted)
    {
        lock (_lock)
        {
            if (entry.Transfer is not null || (entry.IsWhole && CacheEntry.Fits(new FileInfo(entry.Path), wanted)))
            {
                Metrics.SegmentHits.Add(1);
                return entry.Transfer ?? Task.CompletedTask;
            }

            Metrics.SegmentMisses.Add(1);
            entry.IsWhole = false;
            entry.Stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            return entry.Transfer = Task.Run(() => TransferAsync(entry, wanted, entry.Stop.Token));
        }
    }

    private async Task TransferAsync(CacheEntry entry, RemoteFile wanted, CancellationToken stop)
    {
        var whole = false;
        try
        {
            await _transfers.WaitAsync(stop);
            try
            {
                await FetchAsync(entry.Path, wanted, stop);
            }
            finally
            {
                _transfers.Release();
            }

            whole = true;
            Metrics.SegmentBytesFetched.Add(wanted.Size);
        }
        finally
        {
            lock (_lock)
            {
                entry.IsWhole = whole;
                entry.Transfer = null;

                // It became whole in the moment in which the last that waited for it left.
                if (!_entries.ContainsKey(entry.Path))
                    TryDelete(entry.Path);
                entry.Stop?.Dispose();
                entry.Stop = null;
            }
        }
    }

    /// <summary>Written aside and renamed: whoever has an older copy open goes on reading that.</summary>
    private async Task FetchAsync(string path, RemoteFile wanted, CancellationToken stop)
    {
        var partial = $"{path}.{Guid.NewGuid():N}{PartialExtension}";
        try
        {
            var expected = new StoredFile(wanted.Path, wanted.Size, wanted.ETag);
            var found = await GuardAsync(async () =>
            {
                await using var file = Create(partial, wanted.Size);
                return await _store.CopyToAsync(wanted.Path, file, expected, stop);
            });
            if (found is null)
                throw new AmpException(ErrorCode.SegmentGone, $"Segment {Path.GetFileName(wanted.Path)} is registered, but it is gone from the store: nothing is answered. It may have been replaced while the query ran: send the query again.");
            if (!found.Is(expected))
                throw new AmpException(ErrorCode.ExecutionError, string.Create(CultureInfo.InvariantCulture, $"Segment {Path.GetFileName(wanted.Path)} is not the one that was registered: the store has {found.Size} bytes of version {found.ETag}, registered are {wanted.Size} bytes of version {wanted.ETag}."));
            stop.ThrowIfCancellationRequested();
            Guard(() =>
            {
                File.SetLastWriteTimeUtc(partial, CacheEntry.Mark);
                File.Move(partial, path, overwrite: true);
            });
        }
        finally
        {
            // Gone already when the copy is whole.
            TryDelete(partial);
        }
    }

    private static FileStream Create(string path, long size)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous,

            // A full disk is told here, before anything is fetched.
            PreallocationSize = size,
        });
    }

    /// <summary>Takes what an earlier process left whole, and deletes the rest.</summary>
    private void Adopt()
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.LastAccessTimeUtc).ToList())
        {
            if (file.LastWriteTimeUtc != CacheEntry.Mark || file.Extension == PartialExtension || _bytes + file.Length > _maxBytes)
            {
                file.Delete();
                continue;
            }

            var entry = new CacheEntry(file.FullName, file.Length) { IsWhole = true };
            _entries[entry.Path] = entry;
            entry.Idle = _idle.AddLast(entry);
            _bytes += entry.Size;
        }
    }

    /// <summary>One that cannot be deleted now goes when a server starts next.</summary>
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The query at hand need not fail for it.
        }
    }

    private void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw TakesNothing(e);
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw TakesNothing(e);
        }
    }

    /// <summary>Stores tell their own faults by OBJECT_STORE_ERROR.</summary>
    private static bool IsOfDisk(Exception fault) => fault is IOException or UnauthorizedAccessException or AmpException { Code: ErrorCode.ResourcesExhausted };

    private RetryableException TakesNothing(Exception cause) => new(
        ErrorCode.ResourcesExhausted, "The folder of the server's cache takes no copy of a segment: make room there, lower cache_max_mb, or name another cache_dir", cause);

    private static string Megabytes(long bytes) => ((bytes + (1 << 20) - 1) >> 20).ToString(CultureInfo.InvariantCulture);

    // Versions of stores are hex with a number behind; whatever else one sends is not for the name of a file.
    private static string Plain(string? etag) => etag is not null && etag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? etag : "";
}
