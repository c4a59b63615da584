using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Whether the columns of a file are exactly those of its table. What lacks one, or has another type, is read as it is and never merged.</summary>
internal static class SegmentColumns
{
    /// <summary>Reads the end of the file alone.</summary>
    /// <exception cref="NotASegmentException">The file is not there, or no Parquet file.</exception>
    public static async Task<bool> AreAsync(IObjectStore store, SegmentRow segment, Schema table, CancellationToken cancellationToken)
    {
        var file = new StoredFile(segment.RelativePath, segment.ObjectSize);
        var tail = await ParquetTail.ReadAsync(store, file, cancellationToken);
        try
        {
            // A file of the footer alone tells the same columns.
            using var memory = new MemoryStream([.. "PAR1"u8, .. tail]);
            using var reader = new FileReader(memory);
            return Are(reader.Schema, table);
        }
        catch (ParquetException e)
        {
            throw new NotASegmentException(file, "it cannot be read as Parquet", e);
        }
    }

    public static bool Are(Schema file, Schema table) =>
        file.FieldsList.Count == table.FieldsList.Count && file.FieldsList.Zip(table.FieldsList).All(p => Same(p.First, p.Second));

    private static bool Same(Field one, Field other) =>
        string.Equals(one.Name, other.Name, StringComparison.Ordinal) && one.IsNullable == other.IsNullable && Same(one.DataType, other.DataType);

    private static bool Same(IArrowType one, IArrowType other) => (one, other) switch
    {
        (FixedSizeBinaryType a, FixedSizeBinaryType b) when one.TypeId == other.TypeId && one is not Decimal128Type => a.ByteWidth == b.ByteWidth,
        (Decimal128Type a, Decimal128Type b) => a.Precision == b.Precision && a.Scale == b.Scale,
        (TimestampType a, TimestampType b) => a.Unit == b.Unit && string.Equals(a.Timezone, b.Timezone, StringComparison.Ordinal),
        (NestedType a, NestedType b) => one.TypeId == other.TypeId && a.Fields.Count == b.Fields.Count && a.Fields.Zip(b.Fields).All(p => Same(p.First, p.Second)),
        _ => one.TypeId == other.TypeId,
    };
}
