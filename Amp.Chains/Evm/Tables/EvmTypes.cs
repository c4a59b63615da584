using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Evm.Tables;

/// <summary>The Arrow types that Ethereum's values have in the lake.</summary>
internal static class EvmTypes
{
    public static IArrowType U64 => UInt64Type.Default;

    public static IArrowType U32 => UInt32Type.Default;

    public static IArrowType I32 => Int32Type.Default;

    public static IArrowType Bool => BooleanType.Default;

    public static IArrowType Text => StringType.Default;

    public static IArrowType Bytes => BinaryType.Default;

    /// <summary>A 32-byte hash or word.</summary>
    public static IArrowType Word { get; } = new FixedSizeBinaryType(32);

    public static IArrowType Address { get; } = new FixedSizeBinaryType(20);

    /// <summary>Amounts in wei.</summary>
    public static IArrowType Wei { get; } = new Decimal128Type(38, 0);

    public static IArrowType Timestamp { get; } = new TimestampType(TimeUnit.Nanosecond, "+00:00");

    /// <summary>A list whose elements are never null; the element's field is called <c>element</c>, as Parquet's lists call it.</summary>
    public static ListType ListOf(IArrowType element) => new(new Field("element", element, nullable: false));

    public static Field Required(string name, IArrowType type) => new(name, type, nullable: false);

    public static Field Optional(string name, IArrowType type) => new(name, type, nullable: true);
}
