using Amp.Query.Sql;
using System.Globalization;
using Amp.Shared.Faults;
using Apache.Arrow.Types;

namespace Amp.Query.Catalog;

/// <summary>How DuckDB calls the type that it reads from a Parquet column of an Arrow type.</summary>
internal static class DuckTypeNames
{
    public static string For(IArrowType type) => type switch
    {
        BooleanType => "BOOLEAN",
        Int8Type => "TINYINT",
        Int16Type => "SMALLINT",
        Int32Type => "INTEGER",
        Int64Type => "BIGINT",
        UInt8Type => "UTINYINT",
        UInt16Type => "USMALLINT",
        UInt32Type => "UINTEGER",
        UInt64Type => "UBIGINT",
        FloatType => "FLOAT",
        DoubleType => "DOUBLE",
        StringType => "VARCHAR",
        Decimal128Type d => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({d.Precision},{d.Scale})"),
        FixedSizeBinaryType or BinaryType => "BLOB",
        Date32Type => "DATE",
        TimestampType { Timezone: { Length: > 0 } } => "TIMESTAMPTZ",
        TimestampType { Unit: TimeUnit.Nanosecond } => "TIMESTAMP_NS",
        TimestampType => "TIMESTAMP",
        ListType list => For(list.ValueDataType) + "[]",
        StructType s => $"STRUCT({string.Join(", ", s.Fields.Select(f => $"{EngineName.Quoted(f.Name)} {For(f.DataType)}"))})",
        _ => throw new AmpException(ErrorCode.InvalidPlan, $"A table declares a column of the type {type.Name}, which queries cannot read."),
    };
}
