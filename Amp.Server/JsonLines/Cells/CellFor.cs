using Amp.Shared.Faults;
using Apache.Arrow.Types;

namespace Amp.Server.JsonLines.Cells;

/// <summary>The cell that writes values of an Arrow type.</summary>
internal static class CellFor
{
    public static Cell Type(IArrowType type) => type switch
    {
        BooleanType => new BooleanCell(),
        Int8Type => new IntegerCell<sbyte>(),
        Int16Type => new IntegerCell<short>(),
        Int32Type => new IntegerCell<int>(),
        Int64Type => new IntegerCell<long>(),
        UInt8Type => new IntegerCell<byte>(),
        UInt16Type => new IntegerCell<ushort>(),
        UInt32Type => new IntegerCell<uint>(),
        UInt64Type => new IntegerCell<ulong>(),
        FloatType => new FloatCell<float>(),
        DoubleType => new FloatCell<double>(),
        StringType => new TextCell(),
        BinaryType => new BytesCell(),
        Decimal128Type d => new DecimalCell(d),
        FixedSizeBinaryType f => new FixedBytesCell(f),
        TimestampType t => new TimestampCell(t),
        Date32Type => new DateCell(),
        Time64Type { Unit: TimeUnit.Microsecond } => new TimeCell(),
        IntervalType { Unit: IntervalUnit.MonthDayNanosecond } => new IntervalCell(),
        NullType => new NullCell(),
        MapType m => new ListCell(Type(m.KeyValueType)),
        ListType l => new ListCell(Type(l.ValueDataType)),
        StructType s => new StructCell([.. s.Fields.Select(f => (f.Name, Type(f.DataType)))]),
        _ => throw new AmpException(ErrorCode.InvalidPlan, $"Values of the Arrow type {type.Name} have no form in JSON Lines: cast them."),
    };
}
