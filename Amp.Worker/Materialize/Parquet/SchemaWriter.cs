using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>The columns of a file in its footer: the tree, flat, each node before its children.</summary>
internal static class SchemaWriter
{
    private const int Required = 0;
    private const int Optional = 1;
    private const int Repeated = 2;

    private const int ConvertedUtf8 = 0;
    private const int ConvertedList = 3;
    private const int ConvertedDecimal = 5;
    private const int ConvertedUInt32 = 13;
    private const int ConvertedUInt64 = 14;

    public static void Write(ThriftWriter thrift, int field, ParquetSchema schema)
    {
        thrift.Structs(field, 1 + schema.Columns.Sum(CountOf));
        thrift.BeginElement();
        thrift.I32(3, Required);
        thrift.Text(4, "schema");
        thrift.I32(5, schema.Columns.Count);
        thrift.EndStruct();
        foreach (var column in schema.Columns)
            Write(thrift, column, schema.Leaves);
    }

    private static int CountOf(ParquetNode node) => (node.Type is ListType ? 2 : 1) + node.Children.Sum(CountOf);

    private static void Write(ThriftWriter thrift, ParquetNode node, IReadOnlyList<ParquetLeaf> leaves)
    {
        thrift.BeginElement();
        if (node.IsLeaf)
        {
            var leaf = leaves[node.FirstLeaf];
            thrift.I32(1, (int)leaf.Physical);
            if (leaf.Physical == PhysicalType.FixedLengthByteArray)
                thrift.I32(2, leaf.Width);
        }

        thrift.I32(3, node.IsOptional ? Optional : Required);
        thrift.Text(4, node.Name);
        if (!node.IsLeaf)
            thrift.I32(5, node.Children.Count);
        WriteLogicalType(thrift, node.Type);
        thrift.EndStruct();
        if (node.Type is ListType)
        {
            thrift.BeginElement();
            thrift.I32(3, Repeated);
            thrift.Text(4, "list");
            thrift.I32(5, 1);
            thrift.EndStruct();
        }

        foreach (var child in node.Children)
            Write(thrift, child, leaves);
    }

    /// <summary>What values mean beyond how they are stored, also as older readers have it.</summary>
    private static void WriteLogicalType(ThriftWriter thrift, IArrowType type)
    {
        switch (type)
        {
            case StringType:
                thrift.I32(6, ConvertedUtf8);
                thrift.Struct(10);
                thrift.Empty(1);
                thrift.EndStruct();
                break;
            case ListType:
                thrift.I32(6, ConvertedList);
                thrift.Struct(10);
                thrift.Empty(3);
                thrift.EndStruct();
                break;
            case Decimal128Type number:
                thrift.I32(6, ConvertedDecimal);
                thrift.I32(7, number.Scale);
                thrift.I32(8, number.Precision);
                thrift.Struct(10);
                thrift.Struct(5);
                thrift.I32(1, number.Scale);
                thrift.I32(2, number.Precision);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            case TimestampType time:
                thrift.Struct(10);
                thrift.Struct(8);
                thrift.Bool(1, !string.IsNullOrEmpty(time.Timezone));
                thrift.Struct(2);
                thrift.Empty(UnitOf(time));
                thrift.EndStruct();
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            case UInt32Type:
                WriteUnsigned(thrift, ConvertedUInt32, 32);
                break;
            case UInt64Type:
                WriteUnsigned(thrift, ConvertedUInt64, 64);
                break;
            default:
                break;
        }
    }

    private static int UnitOf(TimestampType time) => time.Unit switch
    {
        TimeUnit.Millisecond => 1,
        TimeUnit.Microsecond => 2,
        TimeUnit.Nanosecond => 3,
        _ => throw new NotSupportedException("Timestamps in seconds are not written."),
    };

    private static void WriteUnsigned(ThriftWriter thrift, int converted, sbyte bits)
    {
        thrift.I32(6, converted);
        thrift.Struct(10);
        thrift.Struct(10);
        thrift.I8(1, bits);
        thrift.Bool(2, false);
        thrift.EndStruct();
        thrift.EndStruct();
    }
}
