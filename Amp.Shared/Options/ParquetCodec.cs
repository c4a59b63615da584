namespace Amp.Shared.Options;

/// <summary>The Parquet codecs that <c>writer.compression</c> can name.</summary>
public enum ParquetCodec
{
    Uncompressed,
    Snappy,
    Gzip,
    Brotli,
    /// <summary>LZ4_RAW of the Parquet format, not the framed LZ4 of old Hadoop writers.</summary>
    Lz4,
    Zstd,
}
