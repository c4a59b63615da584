using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Arrays;

namespace Amp.IntegrationTests.Lake;

/// <summary>Values of one leaf column as text, read from Arrow arrays with nothing but Arrow's own accessors.</summary>
internal sealed class ArrowLeaves
{
    /// <summary>Every slot of a flat column, null where it is null; of a nested leaf only the values that exist.</summary>
    public List<string?> Values { get; } = [];

    public bool IsNested { get; private init; }

    public static void Note(Dictionary<string, ArrowLeaves> leaves, string path, IArrowArray array, bool nested = false)
    {
        switch (array)
        {
            case ListArray list:
                for (var i = 0; i < list.Length; i++)
                {
                    if (list.IsValid(i))
                        Note(leaves, path + ".list.element", list.GetSlicedValues(i), nested: true);
                }

                break;
            case StructArray s:
                var type = (Apache.Arrow.Types.StructType)s.Data.DataType;
                for (var f = 0; f < s.Fields.Count; f++)
                    Note(leaves, $"{path}.{type.Fields[f].Name}", Slice(s.Fields[f], s), nested: true);
                break;
            default:
                if (!leaves.TryGetValue(path, out var leaf))
                    leaves.Add(path, leaf = new ArrowLeaves { IsNested = nested });
                for (var i = 0; i < array.Length; i++)
                    leaf.Values.Add(array.IsNull(i) ? null : Text(array, i));
                break;
        }
    }

    // A slice of a struct keeps its children whole: their offset is the struct's.
    private static IArrowArray Slice(IArrowArray child, StructArray parent) =>
        child.Length == parent.Length ? child : ArrowArrayFactory.Slice(child, parent.Offset, parent.Length);

    private static string Text(IArrowArray array, int i) => array switch
    {
        BooleanArray a => a.GetValue(i)!.Value ? "true" : "false",
        Int32Array a => a.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
        UInt32Array a => a.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
        UInt64Array a => a.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
        TimestampArray a => a.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
        StringArray a => a.GetString(i),
        Decimal128Array a => a.GetString(i)!,
        FixedSizeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(i)),
        BinaryArray a => Convert.ToHexStringLower(a.GetBytes(i)),
        _ => throw new NotSupportedException(array.GetType().Name),
    };
}
