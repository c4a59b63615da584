using System.Buffers.Binary;
using System.Text;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Materialize;

/// <summary>What the footer and the indexes of a file say, read apart from the writer, and whether it is so.</summary>
internal static class PageIndexes
{
    public static IReadOnlyList<IndexedChunk> Of(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("PAR1", Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(bytes, bytes.Length - 4, 4));
        var footer = new ThriftTree(bytes, bytes.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8))).Struct();
        var chunks = new List<IndexedChunk>();
        var firstRow = 0L;
        foreach (Dictionary<int, object> group in (List<object>)footer[4])
        {
            foreach (Dictionary<int, object> chunk in (List<object>)group[1])
                chunks.Add(ChunkOf(bytes, chunk, firstRow, (long)group[3]));
            firstRow += (long)group[3];
        }

        Assert.Equal(firstRow, footer[3]);
        return chunks;
    }

    /// <summary>Holds the bounds and the null counts of all pages, and the statistics of the chunk, against the values.</summary>
    public static void Check(IndexedChunk chunk, IArrowType type, IReadOnlyList<object?> values, string what)
    {
        foreach (var page in chunk.Pages)
        {
            var there = values.Skip((int)page.FirstRow).Take((int)page.Rows).OfType<byte[]>().ToArray();
            Assert.True(page.Nulls is null || page.Rows - there.Length == page.Nulls, $"{what}: {page.Nulls} nulls from row {page.FirstRow}");
            Assert.True(page.Nulls is null || page.Least is null == (there.Length == 0), $"{what}: bounds from row {page.FirstRow}");
            Assert.InRange(page.Most?.Length ?? 0, 0, 1024);
            if (page is { Least: { } least, Most: { } most })
                Hold(type, there, least, most, isExact: false, what);
        }

        var all = values.Skip((int)chunk.FirstRow).Take((int)chunk.Rows).OfType<byte[]>().ToArray();
        if (chunk is { Least: { } first, Most: { } last })
            Hold(type, all, first, last, chunk.IsExact, what);
        Assert.Equal(chunk.Rows - all.Length, chunk.Nulls);
    }

    private static void Hold(IArrowType type, byte[][] values, byte[] least, byte[] most, bool isExact, string what)
    {
        Assert.True(values.All(v => Compare(type, Stored(type, v), least) >= 0 && Compare(type, Stored(type, v), most) <= 0), $"{what}: a value is out of bounds");
        if (type is BinaryType or StringType && !isExact)
            return;
        Assert.True(values.Any(v => Compare(type, Stored(type, v), least) == 0) && values.Any(v => Compare(type, Stored(type, v), most) == 0), $"{what}: a bound is no value");
    }

    private static byte[] Stored(IArrowType type, byte[] value) => type is Decimal128Type ? [.. value.Reverse()] : value;

    /// <summary>The order that the format gives the type.</summary>
    private static int Compare(IArrowType type, byte[] one, byte[] other) => type switch
    {
        UInt64Type => BitConverter.ToUInt64(one).CompareTo(BitConverter.ToUInt64(other)),
        UInt32Type => BitConverter.ToUInt32(one).CompareTo(BitConverter.ToUInt32(other)),
        Int32Type => BitConverter.ToInt32(one).CompareTo(BitConverter.ToInt32(other)),
        Int64Type or TimestampType => BitConverter.ToInt64(one).CompareTo(BitConverter.ToInt64(other)),
        Decimal128Type => BinaryPrimitives.ReadInt128BigEndian(one).CompareTo(BinaryPrimitives.ReadInt128BigEndian(other)),
        _ => one.AsSpan().SequenceCompareTo(other),
    };

    private static IndexedChunk ChunkOf(byte[] bytes, Dictionary<int, object> chunk, long groupRow, long groupRows)
    {
        var metadata = (Dictionary<int, object>)chunk[3];
        var statistics = (Dictionary<int, object>)metadata[12];
        var index = chunk.TryGetValue(6, out var place) ? new ThriftTree(bytes, (int)(long)place).Struct() : null;
        var locations = ((List<object>)new ThriftTree(bytes, (int)(long)chunk[4]).Struct()[1]).Cast<Dictionary<int, object>>().ToArray();
        var pages = new List<IndexedPage>();
        for (var i = 0; i < locations.Length; i++)
        {
            var tree = new ThriftTree(bytes, (int)(long)locations[i][1]);
            var header = tree.Struct();
            Assert.Equal(0L, header[1]);

            // The page ends where the header and the index say.
            Assert.Equal((long)locations[i][1] + (long)locations[i][2], tree.Position + (long)header[3]);
            var first = (long)locations[i][3];
            var isNull = index is not null && (bool)((List<object>)index[1])[i];
            pages.Add(new IndexedPage(
                groupRow + first, (i + 1 < locations.Length ? (long)locations[i + 1][3] : groupRows) - first, (long)((Dictionary<int, object>)header[5])[1],
                index is null ? null : (long)((List<object>)index[5])[i], isNull ? null : Bound(index, 2, i), isNull ? null : Bound(index, 3, i)));
        }

        Assert.Equal(locations.Length == 0 ? metadata[9] : locations[0][1], metadata[9]);
        return new IndexedChunk(
            [.. ((List<object>)metadata[3]).Select(p => Encoding.UTF8.GetString((byte[])p))], groupRow, groupRows, (long)metadata[5], (long)statistics[3],
            (byte[]?)statistics.GetValueOrDefault(6), (byte[]?)statistics.GetValueOrDefault(5),
            statistics.GetValueOrDefault(7) is true && statistics.GetValueOrDefault(8) is true, pages);
    }

    private static byte[]? Bound(Dictionary<int, object>? index, int field, int page) => index is null ? null : (byte[])((List<object>)index[field])[page];
}
