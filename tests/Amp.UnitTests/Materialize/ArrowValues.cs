using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Materialize;

/// <summary>Values to the buffers of Arrow arrays and back, plainly.</summary>
internal static class ArrowValues
{
    public static ArrayData Build(IArrowType type, object?[] values)
    {
        var valid = Bits(values.Select(v => v is not null));
        var nulls = values.Count(v => v is null);
        var validity = nulls == 0 ? ArrowBuffer.Empty : valid;
        switch (type)
        {
            case ListType list:
                var elements = values.SelectMany(v => (object?[]?)v ?? []).ToArray();
                return new ArrayData(type, values.Length, nulls, 0, [validity, Offsets(values.Select(v => ((object?[]?)v)?.Length ?? 0))], [Build(list.ValueDataType, elements)]);
            case StructType record:
                var children = record.Fields.Select((f, i) => Build(f.DataType, [.. values.Select(v => v is object?[] fields ? fields[i] : Zero(f.DataType))]));
                return new ArrayData(type, values.Length, nulls, 0, [validity], children);
            case BooleanType:
                return new ArrayData(type, values.Length, nulls, 0, [validity, Bits(values.Select(v => v is byte[] b && b[0] == 1))]);
            case StringType or BinaryType:
                var bytes = values.SelectMany(v => (byte[]?)v ?? []).ToArray();
                return new ArrayData(type, values.Length, nulls, 0, [validity, Offsets(values.Select(v => ((byte[]?)v)?.Length ?? 0)), new ArrowBuffer(bytes)]);
            default:
                var width = ((FixedWidthType)type).BitWidth / 8;
                return new ArrayData(type, values.Length, nulls, 0, [validity, new ArrowBuffer(values.SelectMany(v => (byte[]?)v ?? new byte[width]).ToArray())]);
        }
    }

    public static object? Read(ArrayData data, int index)
    {
        var at = data.Offset + index;
        if (data.Buffers[0].Length > 0 && !IsSet(data.Buffers[0].Span, at))
            return null;
        switch (data.DataType)
        {
            case ListType:
                var offsets = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
                return Enumerable.Range(offsets[at], offsets[at + 1] - offsets[at]).ToArray().Select(i => Read(data.Children[0], i)).ToArray();
            case StructType:
                return data.Children.Select(c => Read(c, at)).ToArray();
            case BooleanType:
                return new[] { (byte)(IsSet(data.Buffers[1].Span, at) ? 1 : 0) };
            case StringType or BinaryType:
                var ends = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
                return data.Buffers[2].Span[ends[at]..ends[at + 1]].ToArray();
            default:
                var width = ((FixedWidthType)data.DataType).BitWidth / 8;
                return data.Buffers[1].Span.Slice(at * width, width).ToArray();
        }
    }

    public static string Show(object? value) => value switch
    {
        null => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        object?[] values => $"[{string.Join(',', values.Select(Show))}]",
        _ => throw new InvalidOperationException("no such value"),
    };

    private static object? Zero(IArrowType type) => type is FixedWidthType fixedWidth and not BooleanType ? new byte[fixedWidth.BitWidth / 8] : System.Array.Empty<byte>();

    private static bool IsSet(ReadOnlySpan<byte> bits, int index) => (bits[index / 8] >> (index % 8) & 1) == 1;

    private static ArrowBuffer Bits(IEnumerable<bool> values)
    {
        var bits = new ArrowBuffer.BitmapBuilder();
        foreach (var value in values)
            bits.Append(value);
        return bits.Build();
    }

    private static ArrowBuffer Offsets(IEnumerable<int> lengths)
    {
        var offsets = new ArrowBuffer.Builder<int>().Append(0);
        var end = 0;
        foreach (var length in lengths)
            offsets.Append(end += length);
        return offsets.Build();
    }
}
