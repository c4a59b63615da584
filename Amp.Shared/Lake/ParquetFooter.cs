using System.Buffers.Binary;

namespace Amp.Shared.Lake;

/// <summary>Adds key/values to the footer of a Parquet file that is already written.</summary>
/// <remarks>
/// A segment's last hash is known only when it closes, and the Arrow writer of ParquetSharp takes key/values only when it
/// opens. The footer is a Thrift struct at the end of the file, followed by its length and a mark; nothing before it refers
/// to its place, so it can be written anew, a few entries longer.
/// </remarks>
public static class ParquetFooter
{
    private const int TailLength = 8;
    private const int KeyValueField = 5;

    public static void AddKeyValues(string file, IReadOnlyList<KeyValuePair<string, string>> keyValues)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> tail = stackalloc byte[TailLength];
        if (stream.Length < TailLength + 4)
            throw NotParquet(file);
        stream.Seek(-TailLength, SeekOrigin.End);
        stream.ReadExactly(tail);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > stream.Length - TailLength - 4)
            throw NotParquet(file);

        var start = stream.Length - TailLength - length;
        var footer = new byte[length];
        stream.Seek(start, SeekOrigin.Begin);
        stream.ReadExactly(footer);
        var longer = AddKeyValues(footer, keyValues);
        stream.Seek(start, SeekOrigin.Begin);
        stream.Write(longer);
        BinaryPrimitives.WriteInt32LittleEndian(tail, longer.Length);
        stream.Write(tail);
    }

    private static byte[] AddKeyValues(ReadOnlySpan<byte> footer, IReadOnlyList<KeyValuePair<string, string>> keyValues)
    {
        var reader = new ThriftReader(footer);
        while (reader.NextField() is { } field)
        {
            if (field != KeyValueField)
            {
                reader.SkipValue();
                continue;
            }

            var header = reader.Position;
            var count = reader.ReadStructListHeader();
            using var longer = new MemoryStream(footer.Length + 1024);
            longer.Write(footer[..header]);
            ThriftWriter.WriteStructListHeader(longer, count + keyValues.Count);
            var elements = reader.Position;
            for (var i = 0; i < count; i++)
                reader.SkipStruct();
            longer.Write(footer[elements..reader.Position]);
            foreach (var (key, value) in keyValues)
                ThriftWriter.WriteTextPair(longer, key, value);
            longer.Write(footer[reader.Position..]);
            return longer.ToArray();
        }

        throw new InvalidDataException("The Parquet footer has no key/values: the writer stores ARROW:schema there.");
    }

    private static InvalidDataException NotParquet(string file) => new($"'{file}' does not end as a Parquet file does.");
}
