using System.Text;
using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>What a file ends with: the indexes of its pages, and the footer that tells where everything lies.</summary>
internal sealed class FooterWriter(ParquetSchema schema, int codec, IReadOnlyList<RowGroupSummary> groups) : IDisposable
{
    private const int FormatVersion = 2;
    private const int DataPage = 0;
    private const int DictionaryPage = 2;
    private const int Unordered = 0;
    private const int Ascending = 1;

    private readonly ThriftWriter _thrift = new();
    private readonly List<IndexPlace> _columnIndexes = [];
    private readonly List<IndexPlace> _offsetIndexes = [];

    /// <summary>What a file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Mark => "PAR1"u8;

    /// <summary>The indexes of all column chunks, which lie from <paramref name="start"/> of the file on.</summary>
    public ReadOnlySpan<byte> Indexes(long start)
    {
        _thrift.Clear();
        foreach (var chunk in Chunks)
            _columnIndexes.Add(HasColumnIndex(chunk) ? Place(start, () => WriteColumnIndex(chunk)) : default);
        foreach (var chunk in Chunks)
            _offsetIndexes.Add(Place(start, () => WriteOffsetIndex(chunk)));
        return _thrift.Written;
    }

    /// <summary>The footer, its length, and the mark; the indexes come before it.</summary>
    public ReadOnlySpan<byte> Footer(IReadOnlyList<KeyValuePair<string, string>> keyValues)
    {
        _thrift.Clear();
        _thrift.BeginElement();
        _thrift.I32(1, FormatVersion);
        SchemaWriter.Write(_thrift, 2, schema);
        _thrift.I64(3, groups.Sum(g => g.Rows));
        _thrift.Structs(4, groups.Count);
        for (var i = 0; i < groups.Count; i++)
            WriteGroup(i);
        KeyValuePair<string, string>[] all = [KeyValuePair.Create("ARROW:schema", schema.ArrowSchema), .. keyValues];
        _thrift.Structs(5, all.Length);
        foreach (var (key, value) in all)
        {
            _thrift.BeginElement();
            _thrift.Text(1, key);
            _thrift.Text(2, value);
            _thrift.EndStruct();
        }

        _thrift.Text(6, "amp version " + typeof(FooterWriter).Assembly.GetName().Version?.ToString(3));

        // Bounds are in the order of the columns' types.
        _thrift.Structs(7, schema.Leaves.Count);
        foreach (var _ in schema.Leaves)
        {
            _thrift.BeginElement();
            _thrift.Empty(1);
            _thrift.EndStruct();
        }

        _thrift.EndStruct();
        _thrift.EndFile(Mark);
        return _thrift.Written;
    }

    public void Dispose() => _thrift.Dispose();

    private IEnumerable<ChunkSummary> Chunks => groups.SelectMany(g => g.Columns);

    private IndexPlace Place(long start, Action write)
    {
        var from = _thrift.Written.Length;
        write();
        return new IndexPlace(start + from, _thrift.Written.Length - from);
    }

    /// <summary>An index has both bounds of every page; readers look at all pages of a chunk without one.</summary>
    private static bool HasColumnIndex(ChunkSummary chunk) => chunk.Pages.All(p => p.Bounds is not { Most: null });

    /// <summary>The bounds of the pages, by which readers leave pages out.</summary>
    private void WriteColumnIndex(ChunkSummary chunk)
    {
        _thrift.BeginElement();
        _thrift.Bools(1, [.. chunk.Pages.Select(p => p.Bounds is null)]);
        _thrift.ByteStrings(2, [.. chunk.Pages.Select(p => p.Bounds?.Least ?? [])]);
        _thrift.ByteStrings(3, [.. chunk.Pages.Select(p => p.Bounds?.Most ?? [])]);

        // A single page is in order; more is not claimed.
        _thrift.I32(4, chunk.Pages.Count <= 1 ? Ascending : Unordered);
        _thrift.I64s(5, [.. chunk.Pages.Select(p => (long)p.Nulls)]);
        _thrift.EndStruct();
    }

    private void WriteOffsetIndex(ChunkSummary chunk)
    {
        _thrift.BeginElement();
        _thrift.Structs(1, chunk.Pages.Count);
        foreach (var page in chunk.Pages)
        {
            _thrift.BeginElement();
            _thrift.I64(1, chunk.DataStart + page.Offset);
            _thrift.I32(2, page.Bytes);
            _thrift.I64(3, page.FirstRow);
            _thrift.EndStruct();
        }

        _thrift.EndStruct();
    }

    private void WriteGroup(int index)
    {
        var group = groups[index];
        _thrift.BeginElement();
        _thrift.Structs(1, group.Columns.Count);
        for (var i = 0; i < group.Columns.Count; i++)
            WriteChunk(group.Columns[i], (index * schema.Leaves.Count) + i);
        _thrift.I64(2, group.Columns.Sum(c => c.PlainBytes));
        _thrift.I64(3, group.Rows);
        _thrift.I64(5, group.Start);
        _thrift.I64(6, group.Columns.Sum(c => c.Bytes));
        if (index <= short.MaxValue)
            _thrift.I16(7, (short)index);
        _thrift.EndStruct();
    }

    private void WriteChunk(ChunkSummary chunk, int place)
    {
        _thrift.BeginElement();
        _thrift.I64(2, 0);
        _thrift.Struct(3);
        WriteMetadata(chunk);
        _thrift.EndStruct();
        _thrift.I64(4, _offsetIndexes[place].Offset);
        _thrift.I32(5, _offsetIndexes[place].Length);
        if (_columnIndexes[place].Length > 0)
        {
            _thrift.I64(6, _columnIndexes[place].Offset);
            _thrift.I32(7, _columnIndexes[place].Length);
        }

        _thrift.EndStruct();
    }

    private void WriteMetadata(ChunkSummary chunk)
    {
        var hasDictionary = chunk.DictionaryPages > 0;
        _thrift.I32(1, (int)chunk.Leaf.Physical);
        _thrift.I32s(2, [(int)PageEncoding.Plain, (int)PageEncoding.Runs, .. hasDictionary ? [(int)PageEncoding.Dictionary] : System.Array.Empty<int>()]);
        _thrift.ByteStrings(3, [.. chunk.Leaf.Path.Select(Encoding.UTF8.GetBytes)]);
        _thrift.I32(4, codec);
        _thrift.I64(5, chunk.Values);
        _thrift.I64(6, chunk.PlainBytes);
        _thrift.I64(7, chunk.Bytes);
        _thrift.I64(9, chunk.DataStart);
        if (hasDictionary)
            _thrift.I64(11, chunk.Start);
        _thrift.Struct(12);
        WriteStatistics(chunk);
        _thrift.EndStruct();

        (int Page, PageEncoding Encoding, int Count)[] pages =
        [
            (DictionaryPage, PageEncoding.Plain, hasDictionary ? 1 : 0),
            (DataPage, PageEncoding.Dictionary, chunk.DictionaryPages),
            (DataPage, PageEncoding.Plain, chunk.Pages.Count - chunk.DictionaryPages),
        ];
        var counted = pages.Where(p => p.Count > 0).ToArray();
        _thrift.Structs(13, counted.Length);
        foreach (var (page, encoding, count) in counted)
        {
            _thrift.BeginElement();
            _thrift.I32(1, page);
            _thrift.I32(2, (int)encoding);
            _thrift.I32(3, count);
            _thrift.EndStruct();
        }
    }

    private void WriteStatistics(ChunkSummary chunk)
    {
        _thrift.I64(3, chunk.Nulls);
        if (chunk.Bounds is not { } bounds)
            return;
        if (bounds.Most is { } most)
            _thrift.Bytes(5, most);
        _thrift.Bytes(6, bounds.Least);

        // Of text they are said where they are not exact alone: versions of DuckDB answer min and max from the first bytes of those that are.
        if (bounds.Most is not null && !(bounds.IsMostExact && chunk.Leaf.Type is StringType))
            _thrift.Bool(7, bounds.IsMostExact);
        if (!(bounds.IsLeastExact && chunk.Leaf.Type is StringType))
            _thrift.Bool(8, bounds.IsLeastExact);
    }
}
