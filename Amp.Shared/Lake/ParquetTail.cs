using System.Buffers.Binary;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Shared.Lake;

/// <summary>The end of a Parquet file in a store: its footer, the footer's length, and a mark.</summary>
public static class ParquetTail
{
    /// <summary>The length and the mark behind the footer.</summary>
    public const int MarkBytes = 8;

    // Most footers are within what is read first; a longer one takes a second reading.
    private const int FirstReading = 64 << 10;
    private const int MaxFooterBytes = 64 << 20;

    /// <summary>Reads a footer with what stands behind it, and nothing else of the file.</summary>
    /// <exception cref="AmpException">OBJECT_STORE_ERROR: the store refuses; a <see cref="NotASegmentException"/> when the file is not there or not Parquet.</exception>
    public static async Task<byte[]> ReadAsync(IObjectStore store, StoredFile file, CancellationToken cancellationToken)
    {
        var tail = await ReadEndAsync(store, file, FirstReading, cancellationToken);
        if (tail.Length < MarkBytes + 4 || !tail.AsSpan()[^4..].SequenceEqual("PAR1"u8))
            throw NotParquet(file, "it does not end as a Parquet file does; it is cut off, or something else");
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan()[^MarkBytes..]);
        if (length <= 0 || length > file.Size - MarkBytes - 4)
            throw NotParquet(file, "its footer is longer than the file");
        if (length > MaxFooterBytes)
            throw NotParquet(file, $"its footer of {length} bytes is longer than {MaxFooterBytes}");
        if (length + MarkBytes > tail.Length)
            tail = await ReadEndAsync(store, file, length + MarkBytes, cancellationToken);
        return length + MarkBytes <= tail.Length ? tail[^(length + MarkBytes)..] : throw NotParquet(file, "it is shorter than the store said");
    }

    private static async Task<byte[]> ReadEndAsync(IObjectStore store, StoredFile file, int count, CancellationToken cancellationToken) =>
        await store.ReadRangeAsync(file.Path, Math.Max(0, file.Size - count), (int)Math.Min(count, file.Size), cancellationToken)
            ?? throw NotParquet(file, "it is gone");

    private static NotASegmentException NotParquet(StoredFile file, string why) => new(file, why);
}
