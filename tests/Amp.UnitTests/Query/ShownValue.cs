using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>A value of an answer as a test writes it.</summary>
internal static class ShownValue
{
    public static string Of(IArrowArray array, int row)
    {
        if (array.IsNull(row))
            return "null";
        return array switch
        {
            StructArray s => $"{{{string.Join(", ", ((StructType)s.Data.DataType).Fields.Select((f, i) => $"{f.Name}: {Of(s.Fields[i], row)}"))}}}",
            ListArray l => $"[{string.Join(", ", Enumerable.Range(l.ValueOffsets[row], l.GetValueLength(row)).Select(i => Of(l.Values, i)))}]",
            Decimal128Array d => d.GetString(row),
            StringArray t => t.GetString(row),
            BinaryArray b => Convert.ToHexStringLower(b.GetBytes(row)),
            Apache.Arrow.Arrays.FixedSizeBinaryArray f => Convert.ToHexStringLower(f.GetBytes(row)),
            BooleanArray b => b.GetValue(row)!.Value ? "True" : "False",
            UInt8Array v => Number(v.GetValue(row)!.Value),
            UInt16Array v => Number(v.GetValue(row)!.Value),
            UInt32Array v => Number(v.GetValue(row)!.Value),
            UInt64Array v => Number(v.GetValue(row)!.Value),
            Int8Array v => Number(v.GetValue(row)!.Value),
            Int32Array v => Number(v.GetValue(row)!.Value),
            Int64Array v => Number(v.GetValue(row)!.Value),
            DoubleArray v => Number(v.GetValue(row)!.Value),
            TimestampArray t => t.GetTimestamp(row)!.Value.ToString("O", CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException(array.Data.DataType.Name),
        };
    }

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
