using System.Buffers.Binary;
using System.Text;
using Amp.Chains.Rows;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Structs in Thrift's compact protocol, which the headers and footers of the format are written in.</summary>
internal sealed class ThriftWriter : IDisposable
{
    private const byte True = 1;
    private const byte False = 2;
    private const byte Byte = 3;
    private const byte Int16 = 4;
    private const byte Int32 = 5;
    private const byte Int64 = 6;
    private const byte Binary = 8;
    private const byte ListOf = 9;
    private const byte StructOf = 12;
    private const int ShortList = 15;

    private readonly NativeBuffer _bytes = new();
    private readonly Stack<int> _above = [];
    private int _last;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear()
    {
        _bytes.Truncate(0);
        _above.Clear();
        _last = 0;
    }

    public void I8(int field, sbyte value)
    {
        Field(field, Byte);
        Raw((byte)value);
    }

    public void I16(int field, short value)
    {
        Field(field, Int16);
        Varint(ZigZag(value));
    }

    public void I32(int field, int value)
    {
        Field(field, Int32);
        Varint(ZigZag(value));
    }

    public void I64(int field, long value)
    {
        Field(field, Int64);
        Varint(ZigZag(value));
    }

    public void Bool(int field, bool value) => Field(field, value ? True : False);

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Field(field, Binary);
        Counted(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Fields of a struct follow, until <see cref="EndStruct"/>.</summary>
    public void Struct(int field)
    {
        Field(field, StructOf);
        BeginElement();
    }

    /// <summary>A struct without a field: what the members of a union often are.</summary>
    public void Empty(int field)
    {
        Struct(field);
        EndStruct();
    }

    /// <summary>The struct that is the whole message, or an element of a list.</summary>
    public void BeginElement()
    {
        _above.Push(_last);
        _last = 0;
    }

    public void EndStruct()
    {
        Raw(0);
        _last = _above.Pop();
    }

    /// <summary>As many elements follow, each between <see cref="BeginElement"/> and <see cref="EndStruct"/>.</summary>
    public void Structs(int field, int count) => List(field, StructOf, count);

    public void ByteStrings(int field, IReadOnlyCollection<byte[]> values)
    {
        List(field, Binary, values.Count);
        foreach (var value in values)
            Counted(value);
    }

    public void I32s(int field, IReadOnlyCollection<int> values)
    {
        List(field, Int32, values.Count);
        foreach (var value in values)
            Varint(ZigZag(value));
    }

    public void I64s(int field, IReadOnlyCollection<long> values)
    {
        List(field, Int64, values.Count);
        foreach (var value in values)
            Varint(ZigZag(value));
    }

    public void Bools(int field, IReadOnlyCollection<bool> values)
    {
        List(field, True, values.Count);
        foreach (var value in values)
            Raw(value ? True : False);
    }

    /// <summary>What follows the footer: its length, and the mark of the format.</summary>
    public void EndFile(ReadOnlySpan<byte> mark)
    {
        var length = _bytes.Length;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.Append(sizeof(int)), length);
        _bytes.Append(mark);
    }

    public void Dispose() => ((IDisposable)_bytes).Dispose();

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void Field(int field, byte type)
    {
        var step = field - _last;
        if (step is > 0 and < 16)
        {
            Raw((byte)((step << 4) | type));
        }
        else
        {
            Raw(type);
            Varint(ZigZag(field));
        }

        _last = field;
    }

    private void List(int field, byte type, int count)
    {
        Field(field, ListOf);
        if (count < ShortList)
        {
            Raw((byte)((count << 4) | type));
            return;
        }

        Raw((byte)(0xf0 | type));
        Varint((uint)count);
    }

    private void Counted(ReadOnlySpan<byte> value)
    {
        Varint((uint)value.Length);
        _bytes.Append(value);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Raw((byte)(value | 0x80));
        Raw((byte)value);
    }

    private void Raw(byte value) => _bytes.Append(1)[0] = value;
}
