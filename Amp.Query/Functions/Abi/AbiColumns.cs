using System.Runtime.InteropServices;
using Amp.Query.Execution;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions.Abi;

/// <summary>What ABI types are to the engine and to clients.</summary>
internal static class AbiColumns
{
    private static readonly Decimal128Type _integer = new(38, 0);

    /// <summary>Bytes of an integer in the engine; 0 for one that is text, since 38 digits do not hold all of its values.</summary>
    public static int BytesOf(AbiType integer) => integer.Size switch
    {
        8 => 1,
        16 => 2,
        <= 32 => 4,
        <= 64 => 8,
        <= 120 => 16,
        _ => 0,
    };

    /// <summary>As clients see it.</summary>
    public static IArrowType ArrowOf(AbiType type) => type.Kind switch
    {
        AbiKind.Uint => BytesOf(type) switch
        {
            1 => UInt8Type.Default,
            2 => UInt16Type.Default,
            4 => UInt32Type.Default,
            8 => UInt64Type.Default,
            16 => _integer,
            _ => StringType.Default,
        },
        AbiKind.Int => BytesOf(type) switch
        {
            1 => Int8Type.Default,
            2 => Int16Type.Default,
            4 => Int32Type.Default,
            8 => Int64Type.Default,
            16 => _integer,
            _ => StringType.Default,
        },
        AbiKind.Address => new FixedSizeBinaryType(20),
        AbiKind.FixedBytes => new FixedSizeBinaryType(type.Size),
        AbiKind.Bool => BooleanType.Default,
        AbiKind.Bytes => BinaryType.Default,
        AbiKind.Text => StringType.Default,
        AbiKind.List or AbiKind.Array => new ListType(new Field("element", ArrowOf(type.Element!), nullable: true)),
        _ => ArrowOf(type.Parts),
    };

    public static StructType ArrowOf(IEnumerable<AbiParameter> parts) => new([.. parts.Select(p => new Field(p.Name, ArrowOf(p.Type), nullable: true))]);

    /// <summary>As the engine knows it; the caller destroys it.</summary>
    public static nint EngineType(AbiType type)
    {
        switch (type.Kind)
        {
            case AbiKind.Uint:
                return Integer(BytesOf(type), DuckDBType.UnsignedTinyInt, DuckDBType.UnsignedSmallInt, DuckDBType.UnsignedInteger, DuckDBType.UnsignedBigInt);
            case AbiKind.Int:
                return Integer(BytesOf(type), DuckDBType.TinyInt, DuckDBType.SmallInt, DuckDBType.Integer, DuckDBType.BigInt);
            case AbiKind.List or AbiKind.Array:
                var element = EngineType(type.Element!);
                var list = DuckNative.CreateListType(element);
                DuckNative.DestroyLogicalType(ref element);
                return list;
            case AbiKind.Tuple:
                return StructOf(type.Parts);
            default:
                return DuckNative.CreateType(type.Kind switch
                {
                    AbiKind.Bool => DuckDBType.Boolean,
                    AbiKind.Text => DuckDBType.Varchar,
                    _ => DuckDBType.Blob,
                });
        }
    }

    public static unsafe nint StructOf(IReadOnlyList<AbiParameter> parts)
    {
        var (types, names) = (new nint[parts.Count], new nint[parts.Count]);
        try
        {
            for (var i = 0; i < parts.Count; i++)
                (types[i], names[i]) = (EngineType(parts[i].Type), Marshal.StringToCoTaskMemUTF8(parts[i].Name));
            fixed (nint* firstType = types, firstName = names)
                return DuckNative.CreateStructType(firstType, firstName, (ulong)parts.Count);
        }
        finally
        {
            for (var i = 0; i < parts.Count; i++)
            {
                DuckNative.DestroyLogicalType(ref types[i]);
                Marshal.FreeCoTaskMem(names[i]);
            }
        }
    }

    private static nint Integer(int bytes, DuckDBType one, DuckDBType two, DuckDBType four, DuckDBType eight) => bytes switch
    {
        1 => DuckNative.CreateType(one),
        2 => DuckNative.CreateType(two),
        4 => DuckNative.CreateType(four),
        8 => DuckNative.CreateType(eight),
        16 => DuckNative.CreateDecimalType(38, 0),
        _ => DuckNative.CreateType(DuckDBType.Varchar),
    };
}
