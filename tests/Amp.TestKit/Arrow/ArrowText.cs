using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;

namespace Amp.TestKit.Arrow;

/// <summary>Arrow values as text, read through the typed arrays of Apache.Arrow, so that two batches can be compared whatever their buffers look like.</summary>
public static class ArrowText
{
    public static IEnumerable<string> Rows(RecordBatch batch)
    {
        for (var row = 0; row < batch.Length; row++)
            yield return string.Join(" | ", batch.Arrays.Select(a => Value(a, row)));
    }

    public static string Value(IArrowArray array, int row)
    {
        if (array is not UnionArray && array.IsNull(row))
            return "null";
        return array switch
        {
            BooleanArray a => a.GetValue(row)!.Value ? "true" : "false",
            Int8Array a => Text(a.GetValue(row)),
            Int16Array a => Text(a.GetValue(row)),
            Int32Array a => Text(a.GetValue(row)),
            Int64Array a => Text(a.GetValue(row)),
            UInt8Array a => Text(a.GetValue(row)),
            UInt16Array a => Text(a.GetValue(row)),
            UInt32Array a => Text(a.GetValue(row)),
            UInt64Array a => Text(a.GetValue(row)),
            FloatArray a => Text(a.GetValue(row)),
            DoubleArray a => Text(a.GetValue(row)),
            TimestampArray a => a.Values[row].ToString(CultureInfo.InvariantCulture) + ((TimestampType)a.Data.DataType).Unit,
            Date32Array a => a.Values[row].ToString(CultureInfo.InvariantCulture) + "d",
            Time64Array a => a.Values[row].ToString(CultureInfo.InvariantCulture) + "t",
            Decimal128Array a => a.GetString(row),
            StringArray a => "'" + a.GetString(row) + "'",
            LargeStringArray a => "'" + a.GetString(row) + "'",
            LargeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
            BinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
            FixedSizeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
            MapArray a => List(a.GetSlicedValues(row)),
            ListArray a => List(a.GetSlicedValues(row)),
            LargeListArray a => List(a.GetSlicedValues(row)),
            FixedSizeListArray a => List(a.GetSlicedValues(row)),
            DenseUnionArray a => Value(a.Fields[a.TypeIds[row]], a.ValueOffsets[row]),
            StructArray a => "{" + string.Join(", ", a.Fields.Select(f => Value(f, row))) + "}",
            _ => throw new NotSupportedException($"No text for arrays of {array.Data.DataType.Name}."),
        };
    }

    private static string List(IArrowArray items) => "[" + string.Join(", ", Enumerable.Range(0, items.Length).Select(i => Value(items, i))) + "]";

    private static string Text<T>(T? value)
        where T : struct, IFormattable =>
        value!.Value.ToString(null, CultureInfo.InvariantCulture);
}
