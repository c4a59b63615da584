using System.Text;

namespace Amp.Shared.Lake;

/// <summary>Walks over a struct in Thrift's compact protocol without understanding it.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int True = 1;
    private const int False = 2;
    private const int Byte = 3;
    private const int I16 = 4;
    private const int I32 = 5;
    private const int I64 = 6;
    private const int Double = 7;
    private const int Binary = 8;
    private const int List = 9;
    private const int Set = 10;
    private const int Struct = 12;

    // No footer of Parquet nests so deep; a stack that overflows ends the process.
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _lastField;
    private int _type;

    public int Position { get; private set; }

    /// <summary>Id of the next field of the outermost struct; null at its end.</summary>
    public int? NextField()
    {
        var head = _bytes[Position++];
        if (head == 0)
            return null;
        _type = head & 0x0f;
        var delta = head >> 4;
        _lastField = delta != 0 ? _lastField + delta : (int)ZigZag(ReadVarint());
        return _lastField;
    }

    public void SkipValue() => Skip(_type, 0);

    public int ReadStructListHeader()
    {
        var (type, count) = ReadListHeader();
        return _type == List && type == Struct ? count : throw Unexpected();
    }

    /// <summary>The number that the field holds.</summary>
    public long ReadInteger() => _type is I16 or I32 or I64 ? ZigZag(ReadVarint()) : throw Unexpected();

    /// <summary>A struct of a list whose fields 1 and 2 are texts.</summary>
    public (string Key, string Value) ReadTextPair()
    {
        var (key, value) = ("", "");
        var field = 0;
        while (true)
        {
            var head = _bytes[Position++];
            if (head == 0)
                return (key, value);
            field = head >> 4 != 0 ? field + (head >> 4) : (int)ZigZag(ReadVarint());
            var type = head & 0x0f;
            if (type == Binary && field == 1)
                key = ReadText();
            else if (type == Binary && field == 2)
                value = ReadText();
            else
                Skip(type, 0);
        }
    }

    public void SkipStruct() => SkipStruct(0);

    private void SkipStruct(int depth)
    {
        while (true)
        {
            var head = _bytes[Position++];
            if (head == 0)
                return;
            if (head >> 4 == 0)
                ReadVarint();
            Skip(head & 0x0f, depth);
        }
    }

    private void Skip(int type, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("The Parquet footer nests deeper than its format does.");
        switch (type)
        {
            case True or False:
                break;
            case Byte:
                Position++;
                break;
            case I16 or I32 or I64:
                ReadVarint();
                break;
            case Double:
                Position += sizeof(double);
                break;
            case Binary:
                var length = checked((int)ReadVarint());
                Position += length;
                break;
            case List or Set:
                var (element, count) = ReadListHeader();
                for (var i = 0; i < count; i++)
                {
                    // In a list a bool takes a byte; as a field its value is its type.
                    Skip(element is True or False ? Byte : element, depth + 1);
                }

                break;
            case Struct:
                SkipStruct(depth + 1);
                break;
            default:
                throw new InvalidDataException($"The Parquet footer has a value of type {type}, which its format does not use.");
        }
    }

    private (int Type, int Count) ReadListHeader()
    {
        var head = _bytes[Position++];
        var count = head >> 4 == 15 ? checked((int)ReadVarint()) : head >> 4;

        // Each takes a byte at least.
        return count <= _bytes.Length - Position ? (head & 0x0f, count) : throw new InvalidDataException("The Parquet footer has a list that is longer than itself.");
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[Position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private string ReadText()
    {
        var length = checked((int)ReadVarint());
        var text = Encoding.UTF8.GetString(_bytes.Slice(Position, length));
        Position += length;
        return text;
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static InvalidDataException Unexpected() => new("The Parquet footer has a field of an unexpected type.");
}
