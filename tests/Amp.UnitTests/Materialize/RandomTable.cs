using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Materialize;

/// <summary>A table of every type that is written, with values that repeat, are there once, are null, long, or all bits set.</summary>
/// <remarks>A value is the bytes that Arrow has for it, a list or struct an array of values, null when it is not there.</remarks>
internal sealed class RandomTable
{
    private readonly Random _random;
    private readonly byte[][] _words;
    private readonly byte[][] _addresses;

    public RandomTable(int seed, int rows)
    {
        _random = new Random(seed);
        _words = [.. Enumerable.Range(0, 1 + _random.Next(3000)).Select(_ => Bytes(32))];
        _addresses = [.. Enumerable.Range(0, 1 + _random.Next(300)).Select(_ => Bytes(20))];
        Columns = [.. Schema.FieldsList.Select((f, i) => Enumerable.Range(0, rows).Select(row => Value(f, i, row)).ToArray())];
    }

    public static Schema Schema { get; } = new(
        [
            Field("number", UInt64Type.Default, false),
            Field("hash", new FixedSizeBinaryType(32), false),
            Field("word", new FixedSizeBinaryType(32), true),
            Field("address", new FixedSizeBinaryType(20), false),
            Field("odd", new FixedSizeBinaryType(7), true),
            Field("small", UInt32Type.Default, false),
            Field("signed", Int32Type.Default, true),
            Field("long", Int64Type.Default, false),
            Field("time", new TimestampType(TimeUnit.Nanosecond, "+00:00"), false),
            Field("amount", new Decimal128Type(38, 0), true),
            Field("flag", BooleanType.Default, true),
            Field("sure", BooleanType.Default, false),
            Field("text", StringType.Default, false),
            Field("data", BinaryType.Default, true),
            Field("nothing", new FixedSizeBinaryType(32), true),
            Field("hashes", ListOf(new FixedSizeBinaryType(32)), true),
            Field("entries", ListOf(new StructType([Field("who", new FixedSizeBinaryType(20), false), Field("keys", ListOf(new FixedSizeBinaryType(32)), false)])), true),
            Field("pair", new StructType([Field("left", UInt64Type.Default, true), Field("right", StringType.Default, false)]), true),
        ],
        metadata: null);

    /// <summary>Values by column and row.</summary>
    public IReadOnlyList<object?[]> Columns { get; }

    /// <summary>The rows from one to another, each column at some place in its buffers.</summary>
    public RecordBatch Batch(int start, int count)
    {
        var before = _random.Next(12);
        var first = Math.Max(0, start - before);
        var arrays = Schema.FieldsList.Select((f, i) =>
            ArrowArrayFactory.BuildArray(ArrowValues.Build(f.DataType, Columns[i][first..(start + count)]).Slice(start - first, count)));
        return new RecordBatch(Schema, arrays, count);
    }

    private static Field Field(string name, IArrowType type, bool nullable) => new(name, type, nullable);

    private static ListType ListOf(IArrowType element) => new(new Field("element", element, nullable: false));

    private object? Value(Field field, int column, int row)
    {
        // Runs without a null, runs of nulls, and both mixed.
        if (field.IsNullable && (field.Name == "nothing" || ((row / 500) % 3 == 1 ? _random.Next(3) == 0 : (row / 500) % 3 == 2 && _random.Next(20) != 0)))
            return null;
        return field.DataType switch
        {
            UInt64Type when field.Name == "number" => BitConverter.GetBytes((ulong)(row / 3) + (ulong.MaxValue / 2) - 50),
            BooleanType => new[] { (byte)_random.Next(2) },
            StringType => Text(),
            BinaryType => Data(),
            // Lists of words that repeat: a page has more of them than rows.
            ListType when field.Name == "hashes" => Enumerable.Range(0, _random.Next(8)).Select(_ => (object?)_words[_random.Next(_words.Length)]).ToArray(),
            ListType list => Enumerable.Range(0, _random.Next(4)).Select(_ => Value(list.ValueField, column, 0)).ToArray(),
            StructType record => record.Fields.Select(f => Value(f, column, 0)).ToArray(),
            Decimal128Type => Decimal(),
            FixedSizeBinaryType { ByteWidth: 32 } => field.Name is "word" ? _words[_random.Next(_words.Length)] : Bytes(32),
            FixedSizeBinaryType { ByteWidth: 20 } => _addresses[_random.Next(_addresses.Length)],
            FixedSizeBinaryType other => Bytes(other.ByteWidth),
            UInt32Type => BitConverter.GetBytes(_random.Next(2) == 0 ? (uint)row : uint.MaxValue - (uint)_random.Next(9)),
            Int32Type => BitConverter.GetBytes(_random.Next(-5, 5)),
            _ => BitConverter.GetBytes(_random.NextInt64()),
        };
    }

    private byte[] Text() => [.. (_random.Next(3) == 0 ? "Aé–" : _random.NextInt64().ToString(System.Globalization.CultureInfo.InvariantCulture)).SelectMany(c => System.Text.Encoding.UTF8.GetBytes([c]))];

    private byte[] Data()
    {
        var bytes = Bytes(_random.Next(20) == 0 ? _random.Next(3000) : _random.Next(140));
        if (_random.Next(4) == 0)
            System.Array.Fill(bytes, (byte)0xff, 0, Math.Min(bytes.Length, 130));
        return bytes;
    }

    private byte[] Decimal()
    {
        var value = (Int128)_random.NextInt64() * _random.Next(1, 1_000_000_000) * (_random.Next(2) == 0 ? -1 : 1);
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes, _random.Next(3) == 0 ? value % 7 : value);
        return bytes;
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
