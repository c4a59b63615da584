using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>The columns of a table as the format has them: a tree whose leaves are what is stored.</summary>
internal sealed class ParquetSchema
{
    private const string ElementName = "element";
    private readonly List<ParquetLeaf> _leaves = [];

    public ParquetSchema(Schema schema)
    {
        Arrow = schema;
        Columns = [.. schema.FieldsList.Select(f => NodeOf(f.Name, f.DataType, f.IsNullable, [], 0, 0))];
        ArrowSchema = SerialisedOf(schema);
    }

    public Schema Arrow { get; }

    public IReadOnlyList<ParquetNode> Columns { get; }

    public IReadOnlyList<ParquetLeaf> Leaves => _leaves;

    /// <summary>The schema as Arrow sends it, in base64: from it other readers know the types that the format does not.</summary>
    public string ArrowSchema { get; }

    private ParquetNode NodeOf(string name, IArrowType type, bool optional, IReadOnlyList<string> above, int definition, int repetition)
    {
        string[] path = [.. above, name];
        var first = _leaves.Count;
        var present = definition + (optional ? 1 : 0);
        ParquetNode[] children;
        switch (type)
        {
            case ListType list:
                // Three levels: the list, the repeated group, the element.
                repetition++;
                children = [NodeOf(ElementName, list.ValueDataType, list.ValueField.IsNullable, [.. path, "list"], present + 1, repetition)];
                break;
            case StructType record:
                children = [.. record.Fields.Select(f => NodeOf(f.Name, f.DataType, f.IsNullable, path, present, repetition))];
                break;
            default:
                children = [];
                var (physical, width) = PhysicalOf(name, type);
                _leaves.Add(new ParquetLeaf(path, type, physical, width, present, repetition));
                break;
        }

        return new ParquetNode(name, type, optional, present, repetition, children, first, _leaves.Count - first);
    }

    private static (PhysicalType Physical, int Width) PhysicalOf(string name, IArrowType type) => type switch
    {
        BooleanType => (PhysicalType.Boolean, 0),
        Int32Type or UInt32Type => (PhysicalType.Int32, sizeof(int)),
        Int64Type or UInt64Type or TimestampType => (PhysicalType.Int64, sizeof(long)),

        Decimal128Type => (PhysicalType.FixedLengthByteArray, 16),
        FixedSizeBinaryType bytes when bytes.TypeId == ArrowTypeId.FixedSizedBinary => (PhysicalType.FixedLengthByteArray, bytes.ByteWidth),
        StringType or BinaryType => (PhysicalType.ByteArray, 0),
        _ => throw new NotSupportedException($"Column {name} has the type {type.Name}, which is not written."),
    };

    private static string SerialisedOf(Schema schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
            writer.WriteStart();
        return Convert.ToBase64String(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
