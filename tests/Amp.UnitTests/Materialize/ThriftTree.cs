namespace Amp.UnitTests.Materialize;

/// <summary>Any struct of Thrift's compact protocol as dictionaries and lists, read apart from the project's own reader.</summary>
internal sealed class ThriftTree(byte[] bytes, int start)
{
    /// <summary>Where it stands: behind what was read.</summary>
    public int Position { get; private set; } = start;

    public Dictionary<int, object> Struct()
    {
        var fields = new Dictionary<int, object>();
        var last = 0;
        while (true)
        {
            var head = bytes[Position++];
            if (head == 0)
                return fields;
            last = head >> 4 == 0 ? (int)Signed() : last + (head >> 4);
            fields.Add(last, Value(head & 15, inList: false));
        }
    }

    private object Value(int type, bool inList) => type switch
    {
        1 or 2 => inList ? bytes[Position++] == 1 : type == 1,
        3 => (long)(sbyte)bytes[Position++],
        4 or 5 or 6 => Signed(),
        8 => Binary(),
        9 => List(),
        12 => Struct(),
        _ => throw new InvalidDataException($"type {type} at {Position}"),
    };

    private List<object> List()
    {
        var head = bytes[Position++];
        var count = head >> 4 == 15 ? (int)Unsigned() : head >> 4;
        return [.. Enumerable.Range(0, count).Select(_ => Value(head & 15, inList: true))];
    }

    private byte[] Binary()
    {
        var length = (int)Unsigned();
        Position += length;
        return bytes[(Position - length)..Position];
    }

    private long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[Position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
