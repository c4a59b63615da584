using Amp.Chains.Rows;
using Amp.Shared.Options;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Puts a header before a page, compresses it, and stores it; the buffers are those of one file, whose columns are written one after the other.</summary>
internal sealed class PageWriter(ParquetCompression compression, PageMemory memory) : IDisposable
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;

    private readonly PageCodec _codec = new(compression);
    private readonly NativeBuffer _page = new();
    private readonly NativeBuffer _compressed = new();
    private readonly ThriftWriter _header = new();

    public int Codec => _codec.Number;

    public PageStore NewStore() => new(memory);

    /// <summary>An empty page to be filled.</summary>
    public NativeBuffer Begin()
    {
        _page.Clear(ColumnChunk.KeptBytes);
        return _page;
    }

    /// <param name="page">Levels and values.</param>
    /// <param name="values">How many, nulls included.</param>
    /// <param name="encoding">Of the values.</param>
    /// <param name="store">Where the page goes.</param>
    /// <returns>Bytes that it would have without compression.</returns>
    public int WriteData(ReadOnlySpan<byte> page, int values, PageEncoding encoding, PageStore store)
    {
        var compressed = Begin(DataPage, page);
        _header.Struct(5);
        _header.I32(1, values);
        _header.I32(2, (int)encoding);
        _header.I32(3, (int)PageEncoding.Runs);
        _header.I32(4, (int)PageEncoding.Runs);
        return End(page, compressed, store);
    }

    /// <param name="page">The values, plain.</param>
    /// <param name="values">How many.</param>
    /// <param name="store">Where the page goes.</param>
    /// <returns>Bytes that it would have without compression.</returns>
    public int WriteDictionary(ReadOnlySpan<byte> page, int values, PageStore store)
    {
        var compressed = Begin(DictionaryPage, page);
        _header.Struct(7);
        _header.I32(1, values);
        _header.I32(2, (int)PageEncoding.Plain);
        return End(page, compressed, store);
    }

    public void Dispose()
    {
        _codec.Dispose();
        ((IDisposable)_page).Dispose();
        ((IDisposable)_compressed).Dispose();
        _header.Dispose();
    }

    private ReadOnlySpan<byte> Begin(int type, ReadOnlySpan<byte> page)
    {
        var compressed = _codec.Compress(page, _compressed);
        _header.Clear();
        _header.BeginElement();
        _header.I32(1, type);
        _header.I32(2, page.Length);
        _header.I32(3, compressed.Length);
        return compressed;
    }

    private int End(ReadOnlySpan<byte> page, ReadOnlySpan<byte> compressed, PageStore store)
    {
        _header.EndStruct();
        _header.EndStruct();
        store.Append(_header.Written);
        store.Append(compressed);
        return _header.Written.Length + page.Length;
    }
}
