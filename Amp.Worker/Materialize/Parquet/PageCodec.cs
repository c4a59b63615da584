using System.IO.Compression;
using Amp.Chains.Rows;
using Amp.Shared.Options;
using K4os.Compression.LZ4;
using Snappier;
using ZstdNet;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Compresses pages, each by itself.</summary>
internal sealed class PageCodec(ParquetCompression compression) : IDisposable
{
    private const int BrotliQuality = 4;
    private const int BrotliWindowBits = 22;
    private readonly Compressor? _zstd = compression.Codec == ParquetCodec.Zstd ? new Compressor(new CompressionOptions(compression.Level ?? 1)) : null;

    /// <summary>The number of the codec in the format.</summary>
    public int Number => compression.Codec switch
    {
        ParquetCodec.Uncompressed => 0,
        ParquetCodec.Snappy => 1,
        ParquetCodec.Gzip => 2,
        ParquetCodec.Brotli => 4,
        ParquetCodec.Zstd => 6,

        // LZ4_RAW: blocks without the frames that another codec of a similar name has.
        ParquetCodec.Lz4 => 7,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "No such codec."),
    };

    /// <summary>The bytes as they are stored: <paramref name="plain"/> itself when nothing is to be done, otherwise what <paramref name="target"/> is filled with.</summary>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> plain, NativeBuffer target)
    {
        target.Clear(ColumnChunk.KeptBytes);
        switch (compression.Codec)
        {
            case ParquetCodec.Uncompressed:
                return plain;
            case ParquetCodec.Zstd:
                var zstd = target.Append(Compressor.GetCompressBound(plain.Length));
                return zstd[.._zstd!.Wrap(plain, zstd)];
            case ParquetCodec.Snappy:
                var snappy = target.Append(Snappy.GetMaxCompressedLength(plain.Length));
                return snappy[..Snappy.Compress(plain, snappy)];
            case ParquetCodec.Lz4:
                var lz4 = target.Append(LZ4Codec.MaximumOutputSize(plain.Length));
                return lz4[..LZ4Codec.Encode(plain, lz4)];
            case ParquetCodec.Brotli:
                var brotli = target.Append(BrotliEncoder.GetMaxCompressedLength(plain.Length));
                if (!BrotliEncoder.TryCompress(plain, brotli, out var written, BrotliQuality, BrotliWindowBits))
                    throw new InvalidOperationException("Brotli needs more room than it says.");
                return brotli[..written];
            default:
                return Gzip(plain, target);
        }
    }

    public void Dispose() => _zstd?.Dispose();

    private static ReadOnlySpan<byte> Gzip(ReadOnlySpan<byte> plain, NativeBuffer target)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(plain);
        target.Append(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        return target.WrittenSpan;
    }
}
