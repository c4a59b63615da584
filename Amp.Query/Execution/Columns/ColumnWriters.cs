using System.Buffers.Binary;
using System.Globalization;
using Amp.Shared.Faults;
using Apache.Arrow.Scalars;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Execution.Columns;

/// <summary>The writer for each pair of DuckDB type and Arrow type that <see cref="ArrowTypes"/> can name.</summary>
internal static class ColumnWriters
{
    private static readonly Int128 _largestDecimal = Int128.Parse(new string('9', 38), CultureInfo.InvariantCulture);

    public static ColumnWriter For(DuckType source, IArrowType target) => (source.Id, target) switch
    {
        (DuckDBType.Boolean, _) => new BooleanWriter(),
        (DuckDBType.Integer, Int64Type) => new ConvertingWriter<int, long>(target, v => v),
        (DuckDBType.TinyInt or DuckDBType.UnsignedTinyInt, _) => new FixedWidthWriter<byte>(target),
        (DuckDBType.SmallInt or DuckDBType.UnsignedSmallInt, _) => new FixedWidthWriter<short>(target),
        (DuckDBType.Integer or DuckDBType.UnsignedInteger or DuckDBType.Float or DuckDBType.Date, _) => new FixedWidthWriter<int>(target),
        (DuckDBType.BigInt or DuckDBType.UnsignedBigInt or DuckDBType.Double or DuckDBType.Time, _) => new FixedWidthWriter<long>(target),
        (DuckDBType.HugeInt, UInt64Type) => new ConvertingWriter<Int128, ulong>(target, ToUInt64),
        (DuckDBType.HugeInt, Int64Type) => new ConvertingWriter<Int128, long>(target, ToInt64),
        (DuckDBType.HugeInt, _) => new ConvertingWriter<Int128, Int128>(target, ToDecimal),
        (DuckDBType.UnsignedHugeInt, _) => new TextFromWriter<UInt128>(v => v.ToString(CultureInfo.InvariantCulture)),
        (DuckDBType.Decimal, _) => Decimal(source, target),
        (DuckDBType.Timestamp or DuckDBType.TimestampTz, _) => new ConvertingWriter<long, long>(target, v => ToNanoseconds(v, 1_000)),
        (DuckDBType.TimestampMs, _) => new ConvertingWriter<long, long>(target, v => ToNanoseconds(v, 1_000_000)),
        (DuckDBType.TimestampS, _) => new ConvertingWriter<long, long>(target, v => ToNanoseconds(v, 1_000_000_000)),
        (DuckDBType.TimestampNs, _) => new FixedWidthWriter<long>(target),
        (DuckDBType.Interval, _) => new ConvertingWriter<DuckInterval, MonthDayNanosecondInterval>(
            target, v => new MonthDayNanosecondInterval(v.Months, v.Days, checked(v.Microseconds * 1_000))),
        (DuckDBType.Varchar, _) => new BytesWriter(target),
        (DuckDBType.Blob, FixedSizeBinaryType fixedBytes) => new FixedBytesWriter(fixedBytes),
        (DuckDBType.Blob, _) => new BytesWriter(target),
        (DuckDBType.Uuid, _) => new TextFromWriter<Int128>(UuidText),
        (DuckDBType.Enum, _) => Enum(source),
        (DuckDBType.SqlNull, _) => new NullWriter(),
        (DuckDBType.List, ListType list) => new ListWriter(target, For(source.Children[0].Type, list.ValueDataType)),
        (DuckDBType.Array, ListType list) => new ArrayWriter(list, source.Width, For(source.Children[0].Type, list.ValueDataType)),
        (DuckDBType.Map, MapType map) => new ListWriter(target, new StructWriter(
            map.KeyValueType, [For(source.Children[0].Type, map.KeyField.DataType), For(source.Children[1].Type, map.ValueField.DataType)])),
        (DuckDBType.Struct, StructType s) => new StructWriter(s, [.. s.Fields.Zip(source.Children, (f, c) => For(c.Type, f.DataType))]),
        _ => throw new AmpException(ErrorCode.InternalError, $"No way is known from {source.Id} to {target.Name}."),
    };

    private static ColumnWriter Decimal(DuckType source, IArrowType target) => source.Width switch
    {
        <= 4 => new ConvertingWriter<short, Int128>(target, v => v),
        <= 9 => new ConvertingWriter<int, Int128>(target, v => v),
        <= 18 => new ConvertingWriter<long, Int128>(target, v => v),
        _ => new FixedWidthWriter<Int128>(target),
    };

    private static ColumnWriter Enum(DuckType source) => source.Width switch
    {
        1 => new TextFromWriter<byte>(v => source.Words[v]),
        2 => new TextFromWriter<ushort>(v => source.Words[v]),
        _ => new TextFromWriter<uint>(v => source.Words[checked((int)v)]),
    };

    private static ulong ToUInt64(Int128 value) => value >= 0 && value <= ulong.MaxValue
        ? (ulong)value
        : throw new AmpException(ErrorCode.ExecutionError, $"The sum {value} does not fit 64 bits: sum(CAST(… AS DECIMAL(38,0))) holds larger ones.");

    private static long ToInt64(Int128 value) => value >= long.MinValue && value <= long.MaxValue
        ? (long)value
        : throw new AmpException(ErrorCode.ExecutionError, $"The sum {value} does not fit 64 bits: sum(CAST(… AS DECIMAL(38,0))) holds larger ones.");

    private static Int128 ToDecimal(Int128 value) => value <= _largestDecimal && value >= -_largestDecimal
        ? value
        : throw new AmpException(ErrorCode.ExecutionError, $"The integer {value} has more than 38 digits: cast it to VARCHAR.");

    private static long ToNanoseconds(long value, long factor)
    {
        var wide = Math.BigMul(value, factor, out var low);
        return wide == low >> 63
            ? low
            : throw new AmpException(ErrorCode.ExecutionError, "A timestamp lies outside the years 1677 to 2262, which nanoseconds can tell: cast it to VARCHAR.");
    }

    // DuckDB flips the topmost bit so that UUIDs sort as signed numbers.
    private static string UuidText(Int128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128BigEndian(bytes, value);
        bytes[0] ^= 0x80;
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
