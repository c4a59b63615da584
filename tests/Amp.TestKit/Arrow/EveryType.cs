using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.TestKit.Arrow;

/// <summary>Batches with a column of every type that travels, about a quarter of the values null, from a seed.</summary>
public static class EveryType
{
    private static readonly ListType _hashes = new(new Field("element", new FixedSizeBinaryType(32), nullable: false));

    private static readonly StructType _tuple = new(new Field[]
    {
        new("address", new FixedSizeBinaryType(20), nullable: false),
        new("storage_keys", _hashes, nullable: true),
        new("flag", BooleanType.Default, nullable: true),
    });

    private static readonly MapType _map = new(StringType.Default, Int64Type.Default, nullable: true);

    public static Schema Schema { get; } = new(
        new Field[]
        {
            new("bool", BooleanType.Default, true), new("i8", Int8Type.Default, true), new("i16", Int16Type.Default, true),
            new("i32", Int32Type.Default, true), new("i64", Int64Type.Default, true), new("u8", UInt8Type.Default, true),
            new("u16", UInt16Type.Default, true), new("u32", UInt32Type.Default, true), new("u64", UInt64Type.Default, false),
            new("f32", FloatType.Default, true), new("f64", DoubleType.Default, true),
            new("ts", new TimestampType(TimeUnit.Nanosecond, "+00:00"), false), new("date", Date32Type.Default, true),
            new("time", new Time64Type(TimeUnit.Microsecond), true), new("dec", new Decimal128Type(38, 0), true),
            new("text", StringType.Default, true), new("bytes", BinaryType.Default, true), new("large", LargeStringType.Default, true),
            new("fb32", new FixedSizeBinaryType(32), true), new("hashes", _hashes, true), new("tuples", new ListType(new Field("element", _tuple, true)), true),
            new("tuple", _tuple, true), new("pair", new FixedSizeListType(new Field("element", Int16Type.Default, true), 2), true), new("map", _map, true),
            new("nothing", NullType.Default, true),
        },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["made_by"] = "test" });

    public static RecordBatch Batch(int rows, int seed)
    {
        var random = new Random(seed);
        return new RecordBatch(Schema, Schema.FieldsList.Select(f => ArrowArrayFactory.BuildArray(Array(f.DataType, f.IsNullable, rows, random))), rows);
    }

    private static ArrayData Array(IArrowType type, bool nullable, int rows, Random random)
    {
        if (type is NullType)
            return new ArrayData(type, rows, rows, 0, System.Array.Empty<ArrowBuffer>());
        var (validity, nulls) = nullable ? Validity(rows, random) : (ArrowBuffer.Empty, 0);
        switch (type)
        {
            case BooleanType:
                return new ArrayData(type, rows, nulls, 0, [validity, Bytes((rows + 7) / 8, random)]);
            case StringType or BinaryType:
                var (starts, bytes) = Offsets(rows, 12, random);
                return new ArrayData(type, rows, nulls, 0, [validity, starts, type is StringType ? Letters(bytes, random) : Bytes(bytes, random)]);
            case LargeStringType:
                var large = new long[rows + 1];
                for (var i = 1; i <= rows; i++)
                    large[i] = large[i - 1] + random.Next(9);
                return new ArrayData(type, rows, nulls, 0, [validity, Buffer<long>(large), Letters((int)large[rows], random)]);
            case MapType map:
                var (entries, entryCount) = Offsets(rows, 3, random);
                ArrayData[] pair = [Array(StringType.Default, nullable: false, entryCount, random), Array(Int64Type.Default, nullable: true, entryCount, random)];
                return new ArrayData(type, rows, nulls, 0, [validity, entries], [new ArrayData(map.Fields[0].DataType, entryCount, 0, 0, [ArrowBuffer.Empty], pair)]);
            case ListType list:
                var (items, itemCount) = Offsets(rows, 4, random);
                return new ArrayData(type, rows, nulls, 0, [validity, items], [Array(list.ValueDataType, list.ValueField.IsNullable, itemCount, random)]);
            case FixedSizeListType pairs:
                return new ArrayData(type, rows, nulls, 0, [validity], [Array(pairs.ValueDataType, pairs.ValueField.IsNullable, rows * pairs.ListSize, random)]);
            case StructType tuple:
                return new ArrayData(type, rows, nulls, 0, [validity], tuple.Fields.Select(f => Array(f.DataType, f.IsNullable, rows, random)).ToArray());
            case Decimal128Type:
                return new ArrayData(type, rows, nulls, 0, [validity, Buffer<Int128>(Enumerable.Range(0, rows).Select(_ => (Int128)random.NextInt64() * random.Next()).ToArray())]);
            case Date32Type:
                return new ArrayData(type, rows, nulls, 0, [validity, Buffer<int>(Enumerable.Range(0, rows).Select(_ => random.Next(20000)).ToArray())]);
            default:
                return new ArrayData(type, rows, nulls, 0, [validity, Bytes(rows * ((FixedWidthType)type).BitWidth / 8, random)]);
        }
    }

    private static (ArrowBuffer Bitmap, int Nulls) Validity(int rows, Random random)
    {
        var bits = new byte[(rows + 7) / 8];
        for (var i = 0; i < rows; i++)
            BitUtility.SetBit(bits, i, random.Next(4) > 0);
        return (new ArrowBuffer(bits), rows - BitUtility.CountBits(bits, 0, rows));
    }

    private static (ArrowBuffer Buffer, int End) Offsets(int rows, int longest, Random random)
    {
        var offsets = new int[rows + 1];
        for (var i = 1; i <= rows; i++)
            offsets[i] = offsets[i - 1] + random.Next(longest + 1);
        return (Buffer<int>(offsets), offsets[rows]);
    }

    private static ArrowBuffer Letters(int count, Random random)
    {
        var bytes = new byte[count];
        random.GetItems("abcdefghijklmnopqrstuvwxyz"u8, bytes);
        return new ArrowBuffer(bytes);
    }

    private static ArrowBuffer Bytes(int count, Random random)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return new ArrowBuffer(bytes);
    }

    private static ArrowBuffer Buffer<T>(ReadOnlySpan<T> values)
        where T : unmanaged =>
        new(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());
}
