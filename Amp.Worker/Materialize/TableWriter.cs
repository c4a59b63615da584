using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Worker.Materialize;

/// <summary>Writes the rows of one table to one Parquet file, zero-copy from Arrow's columns to the native encoder.</summary>
internal sealed class TableWriter : IDisposable
{
    private readonly LakeUpload _upload;
    private readonly RowGroupBudget _budget;
    private readonly FileWriter _writer;
    private long _groupBytes;
    private long _groupRows;

    public TableWriter(LakeUpload upload, Schema schema, WriterProperties properties, ArrowWriterProperties arrow, RowGroupBudget budget)
    {
        _upload = upload;
        _budget = budget;
        _writer = StoreFaults.Guard(() => new FileWriter(upload.LocalPath, schema, properties, arrow));
    }

    public long RowCount { get; private set; }

    /// <summary>Bytes that have reached the file; the open row group is not among them.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Columns of the open row group, before encoding.</summary>
    public long OpenGroupBytes => _groupBytes;

    public void Write(RecordBatch batch)
    {
        if (batch.Length == 0)
            return;
        if (_budget.IsSpent(_groupBytes))
            StartGroup();
        StoreFaults.Guard(() => _writer.WriteBufferedRecordBatch(batch));
        RowCount += batch.Length;
        _groupBytes += BytesOf(batch);
        _groupRows += batch.Length;

        // The library has begun a new row group by itself.
        if (_groupRows >= ParquetProperties.MaxRowGroupRows)
        {
            _groupBytes = _groupBytes / _groupRows * (_groupRows - ParquetProperties.MaxRowGroupRows);
            _groupRows -= ParquetProperties.MaxRowGroupRows;
            Measure();
        }
    }

    /// <summary>Ends the file, with what is known of it only now, and gives it its name.</summary>
    public async Task<StoredFile> PublishAsync(SegmentFooter footer, CancellationToken cancellationToken = default)
    {
        StoreFaults.Guard(() =>
        {
            _writer.Close();
            _writer.Dispose();
            ParquetFooter.AddKeyValues(_upload.LocalPath, footer.ToKeyValues());
        });
        return await _upload.PublishAsync(cancellationToken);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _upload.Dispose();
    }

    private void StartGroup()
    {
        StoreFaults.Guard(_writer.NewBufferedRowGroup);
        _groupBytes = 0;
        _groupRows = 0;
        Measure();
    }

    private void Measure() => FileBytes = new FileInfo(_upload.LocalPath) is { Exists: true } file ? file.Length : 0;

    private static long BytesOf(RecordBatch batch) => batch.Arrays.Sum(a => BytesOf(a.Data));

    private static long BytesOf(ArrayData data) =>
        data.Buffers.Sum(b => (long)b.Length) + (data.Children is { } children ? children.Sum(BytesOf) : 0);
}
