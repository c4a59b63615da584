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

    private const int RowCountField = 3;
    private const int KeyValueField = 5;

    public string Name => Stored.Path[(Stored.Path.LastIndexOf('/') + 1)..];

    /// <summary>The only range of the file.</summary>
    public SegmentFooterRange Blocks => Footer.Ranges[0];

    /// <summary>Reads the end of a file.</summary>
    /// <exception cref="AmpException">OBJECT_STORE_ERROR: the store refuses; a <see cref="NotASegmentException"/> when the file is none, and why.</exception>
    public static async Task<SegmentFile> ReadAsync(IObjectStore store, StoredFile file, CancellationToken cancellationToken)
    {
        var tail = await ParquetTail.ReadAsync(store, file, cancellationToken);
        var (rows, keyValues) = Read(file, tail.AsSpan()[..^ParquetTail.MarkBytes]);
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

    private static NotASegmentException NoSegment(StoredFile file, string why, Exception? cause = null) => new(file, why, cause);
}
