using System.Buffers.Binary;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Shared.Lake;

/// <summary>A published file of the lake as it tells of itself, so that no database is needed to know what it holds.</summary>
/// <param name="Stored">Where it lies.</param>
/// <param name="Footer">What it says of its blocks.</param>
/// <param name="RowCount">Its rows.</param>
public sealed record SegmentFile(StoredFile Stored, SegmentFooter Footer, long RowCount)
{
    public const string Extension = ".parquet";

    private const int TailLength = 8;
    private const int RowCountField = 3;
    private const int KeyValueField = 5;

    // Most footers are within what is read first; a longer one takes a second reading.
    private const int FirstReading = 64 << 10;
    private const int MaxFooterBytes = 64 << 20;

    public string Name => Stored.Path[(Stored.Path.LastIndexOf('/') + 1)..];

    /// <summary>The only range of the file.</summary>
    public SegmentFooterRange Blocks => Footer.Ranges[0];

    /// <summary>Reads the end of a file.</summary>
    /// <exception cref="AmpException">OBJECT_STORE_ERROR: the store refuses (retryable), or the file is no segment, and why.</exception>
    public static async Task<SegmentFile> ReadAsync(IObjectStore store, StoredFile file, CancellationToken cancellationToken)
    {
        var tail = await ReadEndAsync(store, file, FirstReading, cancellationToken);
        if (tail.Length < TailLength + 4 || !tail.AsSpan()[^4..].SequenceEqual("PAR1"u8))
            throw NoSegment(file, "it does not end as a Parquet file does; it is cut off, or something else");
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan()[^TailLength..]);
        if (length <= 0 || length > file.Size - TailLength - 4)
            throw NoSegment(file, "its footer is longer than the file");
        if (length > MaxFooterBytes)
            throw NoSegment(file, $"its footer of {length} bytes is longer than {MaxFooterBytes}");
        if (length + TailLength > tail.Length)
            tail = await ReadEndAsync(store, file, length + TailLength, cancellationToken);
        var (rows, keyValues) = Read(file, tail.AsSpan()[^(length + TailLength)..^TailLength]);
        SegmentFooter footer;
        try
        {
            footer = SegmentFooter.Parse(keyValues);
        }
        catch (AmpException e)
        {
            throw NoSegment(file, AmpException.Describe(e), e);
        }

        return footer.Ranges.Count == 1
            ? new SegmentFile(file, footer, rows)
            : throw NoSegment(file, $"its footer names {footer.Ranges.Count} block ranges; one is needed");
    }

    private static async Task<byte[]> ReadEndAsync(IObjectStore store, StoredFile file, int count, CancellationToken cancellationToken) =>
        await store.ReadRangeAsync(file.Path, Math.Max(0, file.Size - count), (int)Math.Min(count, file.Size), cancellationToken)
            ?? throw NoSegment(file, "it is gone");

    private static (long Rows, Dictionary<string, string> KeyValues) Read(StoredFile file, ReadOnlySpan<byte> footer)
    {
        try
        {
            var rows = 0L;
            var keyValues = new Dictionary<string, string>(StringComparer.Ordinal);
            var reader = new ThriftReader(footer);
            while (reader.NextField() is { } field)
            {
                if (field == RowCountField)
                {
                    rows = reader.ReadInteger();
                }
                else if (field == KeyValueField)
                {
                    for (var left = reader.ReadStructListHeader(); left > 0; left--)
                    {
                        var (key, value) = reader.ReadTextPair();
                        keyValues[key] = value;
                    }
                }
                else
                {
                    reader.SkipValue();
                }
            }

            return (rows, keyValues);
        }
        catch (Exception e) when (e is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw NoSegment(file, "its footer is damaged", e);
        }
    }

    private static AmpException NoSegment(StoredFile file, string why, Exception? cause = null) =>
        new(ErrorCode.ObjectStoreError, $"'{file.Path}' is not a segment: {why}", cause);
}
