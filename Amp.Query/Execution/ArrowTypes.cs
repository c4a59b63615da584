using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>Which Arrow type a client sees for a DuckDB type: what the table declares where the column is a plain one, else the nearest.</summary>
internal static class ArrowTypes
{
    public const string Utc = "+00:00";

    private static readonly Decimal128Type _integer128 = new(38, 0);

    /// <param name="name">The column's name, for the message.</param>
    /// <param name="type">What DuckDB makes of the column.</param>
    /// <param name="declared">The type that the table declares for it; null for computed columns.</param>
    public static IArrowType For(string name, DuckType type, IArrowType? declared) =>
        declared is not null && Carries(type, declared) ? declared : Nearest(name, type);

    /// <summary>Whether values of the DuckDB type can be handed out as the declared type without loss.</summary>
    private static bool Carries(DuckType type, IArrowType declared) => (type.Id, declared) switch
    {
        (DuckDBType.Blob, _) => declared.TypeId is ArrowTypeId.Binary or ArrowTypeId.FixedSizedBinary,
        (DuckDBType.TimestampTz or DuckDBType.Timestamp, TimestampType { Unit: TimeUnit.Nanosecond }) => true,
        (DuckDBType.Integer, Int32Type or Int64Type) => true,
        (DuckDBType.HugeInt, UInt64Type or Int64Type or Decimal128Type { Scale: 0 }) => true,
        (DuckDBType.Decimal, Decimal128Type d) => d.Scale == type.Scale && d.Precision >= type.Width,
        (DuckDBType.List, ListType list) => Carries(type.Children[0].Type, list.ValueDataType),
        (DuckDBType.Struct, StructType s) => s.Fields.Count == type.Children.Count
            && s.Fields.Zip(type.Children).All(p => p.First.Name == p.Second.Name && Carries(p.Second.Type, p.First.DataType)),
        _ => Simple(type.Id)?.TypeId == declared.TypeId,
    };

    private static IArrowType Nearest(string name, DuckType type) => Simple(type.Id) ?? type.Id switch
    {
        DuckDBType.Decimal => new Decimal128Type(type.Width, type.Scale),
        DuckDBType.List or DuckDBType.Array => new ListType(new Field("element", Nearest(name, type.Children[0].Type), nullable: true)),
        DuckDBType.Struct => new StructType([.. type.Children.Select(c => new Field(c.Name, Nearest(name, c.Type), nullable: true))]),
        DuckDBType.Map => new MapType(
            new Field("key", Nearest(name, type.Children[0].Type), nullable: false),
            new Field("value", Nearest(name, type.Children[1].Type), nullable: true),
            keySorted: false),
        _ => throw new AmpException(ErrorCode.InvalidPlan, $"Column \"{name}\" is of the type {type.Id}, which has no form in the answer: cast it, to VARCHAR for example."),
    };

    private static IArrowType? Simple(DuckDBType id) => id switch
    {
        DuckDBType.Boolean => BooleanType.Default,
        DuckDBType.TinyInt => Int8Type.Default,
        DuckDBType.SmallInt => Int16Type.Default,
        DuckDBType.Integer => Int32Type.Default,
        DuckDBType.BigInt => Int64Type.Default,
        DuckDBType.UnsignedTinyInt => UInt8Type.Default,
        DuckDBType.UnsignedSmallInt => UInt16Type.Default,
        DuckDBType.UnsignedInteger => UInt32Type.Default,
        DuckDBType.UnsignedBigInt => UInt64Type.Default,
        DuckDBType.Float => FloatType.Default,
        DuckDBType.Double => DoubleType.Default,
        DuckDBType.HugeInt => _integer128,
        DuckDBType.Varchar or DuckDBType.Uuid or DuckDBType.Enum or DuckDBType.UnsignedHugeInt => StringType.Default,
        DuckDBType.Blob => BinaryType.Default,
        DuckDBType.Date => Date32Type.Default,
        DuckDBType.Time => Time64Type.Microsecond,
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs =>
            new TimestampType(TimeUnit.Nanosecond, timezone: (string?)null),
        DuckDBType.TimestampTz => new TimestampType(TimeUnit.Nanosecond, Utc),
        DuckDBType.Interval => IntervalType.MonthDayNanosecond,
        DuckDBType.SqlNull => NullType.Default,
        _ => null,
    };
}
