using Amp.Shared.Faults;
using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Ctl.Querying;

/// <summary>A Parquet file with the columns of the answer.</summary>
internal sealed class ParquetRows : IRowFormat
{
    /// <summary>A row group is in memory until it ends.</summary>
    private const long RowGroupBytes = 64 << 20;

    private readonly FileWriter _writer;
    private long _groupBytes;

    public ParquetRows(Schema schema, string path)
    {
        // A file that cannot be made is told by the system's own words, not by the library's.
        File.Create(path).Dispose();
        using var properties = new WriterPropertiesBuilder().Version(ParquetVersion.PARQUET_2_6).Compression(Compression.Zstd);
        using var arrow = new ArrowWriterPropertiesBuilder().StoreSchema();
        _writer = Guard(() => new FileWriter(path, schema, properties.Build(), arrow.Build()));
    }

    public Task WriteAsync(RecordBatch batch, CancellationToken ct)
    {
        if (batch.Length == 0)
            return Task.CompletedTask;
        if (_groupBytes >= RowGroupBytes)
        {
            _writer.NewBufferedRowGroup();
            _groupBytes = 0;
        }

        Guard(() =>
        {
            _writer.WriteBufferedRecordBatch(batch);
            return true;
        });
        _groupBytes += batch.Arrays.Sum(a => Bytes(a.Data));
        return Task.CompletedTask;
    }

    public Task EndAsync(CancellationToken ct)
    {
        Guard(() =>
        {
            _writer.Close();
            return true;
        });
        return Task.CompletedTask;
    }

    public void Dispose() => _writer.Dispose();

    private static long Bytes(ArrayData data) => data.Buffers.Sum(b => (long)b.Length) + (data.Children?.Sum(Bytes) ?? 0);

    private static T Guard<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (ParquetException e)
        {
            throw new AmpException(ErrorCode.ExecutionError, "the answer cannot be written as Parquet; cast columns of unusual types, or take another --format", e);
        }
    }
}
