using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.Flight.Ipc;

/// <summary>A batch without rows of a given schema.</summary>
public static class EmptyBatch
{
    public static RecordBatch Of(Schema schema) =>
        new(schema, schema.FieldsList.Select(f => ArrowArrayFactory.BuildArray(Data(f.DataType))), length: 0);

    /// <summary>A column without rows.</summary>
    public static ArrayData Data(IArrowType type) => type switch
    {
        NullType => Build(type, buffers: 0),
        UnionType { Mode: UnionMode.Sparse } union => Build(type, buffers: 1, union.Fields),
        UnionType union => Build(type, buffers: 2, union.Fields),
        StructType @struct => Build(type, buffers: 1, @struct.Fields),
        FixedSizeListType list => Build(type, buffers: 1, list.Fields),
        StringType or BinaryType or LargeStringType or LargeBinaryType => Build(type, buffers: 3),
        NestedType nested => Build(type, buffers: 2, nested.Fields),
        _ => Build(type, buffers: 2),
    };

    private static ArrayData Build(IArrowType type, int buffers, IReadOnlyList<Field>? children = null) =>
        new(type, length: 0, nullCount: 0, offset: 0, Enumerable.Repeat(ArrowBuffer.Empty, buffers).ToArray(), children?.Select(f => Data(f.DataType)).ToArray());
}
