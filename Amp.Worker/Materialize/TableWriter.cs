using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Amp.Worker.Materialize.Parquet;
using Apache.Arrow;

namespace Amp.Worker.Materialize;

/// <summary>Writes the rows of one table to one file of the lake, and decides where its row groups end.</summary>
internal sealed class TableWriter : IDisposable
{
    /// <summary>A row group ends here at the latest.</summary>
    public const int MaxRowGroupRows = 1_048_576;

    // Rows may be large: after so many bytes of them it is looked whether the row group is to end.
    private const long MaxSliceBytes = 8 << 20;

    private readonly LakeUpload _upload;
    private readonly RowGroupBudget _budget;
    private readonly ParquetFile _file;
    private int _groupRows;

    public TableWriter(LakeUpload upload, ParquetSchema schema, ParquetCompression compression, RowGroupBudget budget)
    {
        _upload = upload;
        _budget = budget;
        try
        {
            _file = StoreFaults.Guard(() => new ParquetFile(upload.LocalPath, schema, compression, budget.Pages));
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public long RowCount { get; private set; }

    /// <summary>Bytes that have reached the file; the open row group is not among them.</summary>
    public long FileBytes => _file.Length;

    /// <summary>Columns of the open row group, before encoding.</summary>
    public long OpenGroupBytes { get; private set; }

    public void Write(RecordBatch batch) => StoreFaults.Guard(() =>
    {
        var bytes = BytesOf(batch);
        var slice = (int)Math.Clamp(batch.Length * MaxSliceBytes / Math.Max(1, bytes), 1, MaxRowGroupRows);
        for (var done = 0; done < batch.Length;)
        {
            if (_groupRows == MaxRowGroupRows || _budget.IsSpent(OpenGroupBytes))
                EndRowGroup();
            var taken = Math.Min(Math.Min(batch.Length - done, slice), MaxRowGroupRows - _groupRows);
            _file.Append(batch, done, taken);
            (done, _groupRows) = (done + taken, _groupRows + taken);
            RowCount += taken;
            OpenGroupBytes += bytes * taken / batch.Length;
        }
    });

    /// <summary>Ends the file, with what is known of it only now, and gives it its name.</summary>
    public async Task<StoredFile> PublishAsync(SegmentFooter footer, CancellationToken cancellationToken = default)
    {
        StoreFaults.Guard(() => _file.Close(footer.ToKeyValues()));
        return await _upload.PublishAsync(cancellationToken);
    }

    public void Dispose()
    {
        _file.Dispose();
        _upload.Dispose();
    }

    private void EndRowGroup()
    {
        _file.EndRowGroup();
        (_groupRows, OpenGroupBytes) = (0, 0);
    }

    private static long BytesOf(RecordBatch batch) => batch.Arrays.Sum(a => BytesOf(a.Data));

    private static long BytesOf(ArrayData data) =>
        data.Buffers.Sum(b => (long)b.Length) + (data.Children is { } children ? children.Sum(BytesOf) : 0);
}
