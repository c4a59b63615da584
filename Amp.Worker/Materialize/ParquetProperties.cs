using Amp.Shared.Options;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Worker.Materialize;

/// <summary>How segments are encoded: codec from the settings; v1 data pages, statistics and page indexes always.</summary>
internal static class ParquetProperties
{
    /// <summary>A row group ends here at the latest.</summary>
    public const long MaxRowGroupRows = 1_048_576;

    // Of the dense blocks of the benchmark `encode`: files 4 % smaller and 2 % less CPU than with the library's 1 MB, as columns of many
    // values leave their dictionary sooner; with 64 KB the files are 15 % larger.
    private const long MaxDictionaryBytes = 256 << 10;

    /// <summary>
    /// Where the encoder keeps pages. jemalloc, set up by the library to give memory back at once, takes a sixth less CPU than the C
    /// library's allocator for the same resident memory; the library's own choice keeps twice as much. It is not there on every platform.
    /// </summary>
    public static MemoryPool Pool { get; } = Jemalloc() ?? MemoryPool.SystemMemoryPool();

    public static WriterProperties Of(ParquetCompression compression, IEnumerable<string> uniqueColumns, MemoryPool? pool = null)
    {
        using var builder = new WriterPropertiesBuilder()
            .CreatedBy("amp " + typeof(ParquetProperties).Assembly.GetName().Version?.ToString(3))
            .Version(ParquetVersion.PARQUET_2_6)
            .DataPageVersion(ParquetDataPageVersion.V1)
            .Compression(CodecOf(compression.Codec))
            .MemoryPool(pool ?? Pool)
            .EnableStatistics()
            .EnableWritePageIndex()
            .DictionaryPagesizeLimit(MaxDictionaryBytes)
            .MaxRowGroupLength(MaxRowGroupRows);
        if (compression.Level is { } level)
            builder.CompressionLevel(level);

        // Every value differs: a dictionary would be built, found too large, and thrown away in each row group.
        foreach (var column in uniqueColumns)
            builder.DisableDictionary(column);
        return builder.Build();
    }

    public static ArrowWriterProperties Arrow()
    {
        using var builder = new ArrowWriterPropertiesBuilder().StoreSchema();
        return builder.Build();
    }

    private static MemoryPool? Jemalloc()
    {
        try
        {
            return MemoryPool.JemallocMemoryPool();
        }
        catch (ParquetException)
        {
            return null;
        }
    }

    private static Compression CodecOf(ParquetCodec codec) => codec switch
    {
        ParquetCodec.Uncompressed => Compression.Uncompressed,
        ParquetCodec.Snappy => Compression.Snappy,
        ParquetCodec.Gzip => Compression.Gzip,
        ParquetCodec.Brotli => Compression.Brotli,
        // The library's Lz4 is LZ4_RAW of the format; Lz4Hadoop is the framed one.
        ParquetCodec.Lz4 => Compression.Lz4,
        ParquetCodec.Zstd => Compression.Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "No such codec."),
    };
}
