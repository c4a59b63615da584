using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>A type as DuckDB knows it, copied out of its handle.</summary>
/// <param name="Id">Kind of the type.</param>
/// <param name="Width">Decimal: digits; array: elements; otherwise 0.</param>
/// <param name="Scale">Decimal: digits after the point; otherwise 0.</param>
/// <param name="Children">List, array: the element; struct: its fields; map: key and value; otherwise empty.</param>
/// <param name="Words">Enum: its words in order of their codes; otherwise empty.</param>
internal sealed record DuckType(
    DuckDBType Id, int Width, int Scale, IReadOnlyList<(string Name, DuckType Type)> Children, IReadOnlyList<string> Words)
{
    /// <summary>Reads the type behind the handle and destroys the handle.</summary>
    public static DuckType Take(nint handle)
    {
        try
        {
            var id = DuckNative.TypeId(handle);
            return id switch
            {
                DuckDBType.Decimal => new DuckType(id, DuckNative.DecimalWidth(handle), DuckNative.DecimalScale(handle), [], []),
                DuckDBType.List => new DuckType(id, 0, 0, [("element", Take(DuckNative.ListChildType(handle)))], []),
                DuckDBType.Array => new DuckType(
                    id, checked((int)DuckNative.ArraySize(handle)), 0, [("element", Take(DuckNative.ArrayChildType(handle)))], []),
                DuckDBType.Map => new DuckType(
                    id, 0, 0, [("key", Take(DuckNative.MapKeyType(handle))), ("value", Take(DuckNative.MapValueType(handle)))], []),
                DuckDBType.Struct => new DuckType(id, 0, 0, StructFields(handle), []),
                DuckDBType.Enum => new DuckType(id, EnumCodeBytes(handle), 0, [], EnumWords(handle)),
                _ => new DuckType(id, 0, 0, [], []),
            };
        }
        finally
        {
            DuckNative.DestroyLogicalType(ref handle);
        }
    }

    private static List<(string, DuckType)> StructFields(nint handle)
    {
        var fields = new List<(string, DuckType)>();
        for (ulong i = 0; i < DuckNative.StructChildCount(handle); i++)
            fields.Add((DuckNative.TakeText(DuckNative.StructChildName(handle, i)), Take(DuckNative.StructChildType(handle, i))));
        return fields;
    }

    private static List<string> EnumWords(nint handle)
    {
        var words = new List<string>();
        for (ulong i = 0; i < DuckNative.EnumSize(handle); i++)
            words.Add(DuckNative.TakeText(DuckNative.EnumValue(handle, i)));
        return words;
    }

    private static int EnumCodeBytes(nint handle) => DuckNative.EnumInternalType(handle) switch
    {
        DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.UnsignedSmallInt => 2,
        _ => 4,
    };
}
