using System.Text;

namespace Amp.Shared.Lake;

/// <summary>The few things of Thrift's compact protocol that a longer list of key/values needs.</summary>
internal static class ThriftWriter
{
    private const byte StructType = 12;
    private const byte NextFieldIsText = 0x18;

    public static void WriteStructListHeader(Stream stream, int count)
    {
        if (count < 15)
        {
            stream.WriteByte((byte)((count << 4) | StructType));
            return;
        }

        stream.WriteByte(0xf0 | StructType);
        WriteVarint(stream, (uint)count);
    }

    /// <summary>A struct of two texts with the ids 1 and 2.</summary>
    public static void WriteTextPair(Stream stream, string first, string second)
    {
        WriteText(stream, first);
        WriteText(stream, second);
        stream.WriteByte(0);
    }

    private static void WriteText(Stream stream, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        stream.WriteByte(NextFieldIsText);
        WriteVarint(stream, (uint)utf8.Length);
        stream.Write(utf8);
    }

    private static void WriteVarint(Stream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
