using System.Buffers.Binary;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using ParquetSharp;

namespace Amp.Query.Catalog;

/// <summary>The columns that a file of another system has, read from its footer once.</summary>
/// <param name="metrics">Counts how often that was.</param>
internal sealed class FileColumns(QueryMetrics metrics)
{
    private const int MostFiles = 100_000;

    private readonly BoundedCache<IReadOnlySet<string>> _known = new(MostFiles);

    // Holds the footers of all but very wide tables.
    private const int TailBytes = 64 * 1024;
    private const int MarkBytes = 8;

    public IReadOnlySet<string> Of(string path)
    {
        if (_known.TryGet(path, out var known))
        {
            metrics.FooterHits.Add(1);
            return known;
        }

        metrics.FooterMisses.Add(1);
        return _known.Set(path, Read(path));
    }

    /// <summary>Of a file in a bucket: its end alone is read.</summary>
    public async ValueTask<IReadOnlySet<string>> OfAsync(IObjectStore store, RemoteFile file, CancellationToken cancellationToken)
    {
        if (_known.TryGet(file.Path, out var known))
        {
            metrics.FooterHits.Add(1);
            return known;
        }

        metrics.FooterMisses.Add(1);
        var footer = await FooterAsync(store, file, TailBytes, cancellationToken);

        // A file of the footer alone tells the same columns.
        using var memory = new MemoryStream([.. "PAR1"u8, .. footer]);
        return _known.Set(file.Path, Read(file.Path, () => new ParquetFileReader(new ParquetSharp.IO.ManagedRandomAccessFile(memory))));
    }

    private static async Task<byte[]> FooterAsync(IObjectStore store, RemoteFile file, int tailBytes, CancellationToken cancellationToken)
    {
        var offset = Math.Max(0, file.Size - tailBytes);
        var tail = await store.ReadRangeAsync(file.Path, offset, (int)(file.Size - offset), cancellationToken) ?? throw Gone(file.Path);
        if (tail.Length < MarkBytes)
            return tail;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - MarkBytes)) + MarkBytes;
        if (length <= tail.Length)
            return tail[^(int)length..];
        return length > file.Size || tail.Length < tailBytes ? tail : await FooterAsync(store, file, (int)length, cancellationToken);
    }

    private static IReadOnlySet<string> Read(string path)
    {
        if (!File.Exists(path))
            throw Gone(path);
        return Read(path, () => new ParquetFileReader(path));
    }

    private static IReadOnlySet<string> Read(string path, Func<ParquetFileReader> open)
    {
        try
        {
            using var reader = open();
            var root = reader.FileMetaData.Schema.GroupNode;
            return root.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        }
        catch (ParquetException e)
        {
            throw new AmpException(ErrorCode.ExecutionError, $"Segment {Path.GetFileName(path)} cannot be read as Parquet.", e);
        }
    }

    private static AmpException Gone(string path) =>
        new(ErrorCode.SegmentGone, $"Segment {Path.GetFileName(path)} is registered, but its file is gone.");
}
