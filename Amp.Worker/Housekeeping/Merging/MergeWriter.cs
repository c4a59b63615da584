using Amp.Chains.Evm.Tables;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Options;
using Amp.Worker.Materialize;
using Amp.Worker.Materialize.Parquet;
using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Copies the rows of consecutive segments of a table, in their order, into one file.</summary>
internal sealed class MergeWriter(IObjectStore store, ScratchFolder? scratch, WriterSettings settings)
{
    // Rows of a batch: those with 100 KB of input each still fit into memory.
    private const int BatchRows = 2048;

    private readonly RowGroupBudget _budget = RowGroupBudget.OfMerges(settings.MaxRowGroupMb);

    /// <param name="table">What the file is of.</param>
    /// <param name="path">Folder of the revision.</param>
    /// <param name="fileName">An announced name.</param>
    /// <param name="manifestHash">Of the dataset version.</param>
    /// <param name="parents">What is merged, in block order.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then but the announcement.</param>
    public async Task<MergedSegment> WriteAsync(
        EvmTable table, string path, string fileName, string manifestHash, IReadOnlyList<SegmentRow> parents, CancellationToken cancellationToken)
    {
        using var writer = new TableWriter(
            store.OpenWrite($"{path.TrimEnd('/')}/{fileName}"), new ParquetSchema(table.Schema), settings.Compression, _budget);
        foreach (var parent in parents)
            await CopyAsync(table, parent, writer, cancellationToken);

        var (first, last) = (parents[0], parents[^1]);
        var range = new SegmentFooterRange(first.Start, last.End, first.Network, last.Hash, first.PrevHash, last.Timestamp);
        var footer = new SegmentFooter(
            table.Name, fileName, MergedSegment.CreatedAtOf(parents), [range], Watermark: null, [.. parents.Select(p => p.Id)], MergedSegment.GenerationOf(parents))
        {
            ManifestHash = manifestHash,
        };
        var file = await writer.PublishAsync(footer, cancellationToken);
        return new MergedSegment(
            new NewSegment(
                first.RevisionId, fileName, file.Size, first.Network, range.Start, range.End, range.Hash, range.PrevHash, range.Timestamp ?? 0, writer.RowCount,
                footer.CreatedAt, file.ETag),
            parents);
    }

    private async Task CopyAsync(EvmTable table, SegmentRow parent, TableWriter writer, CancellationToken cancellationToken)
    {
        using var input = await MergeInput.OpenAsync(store, scratch?.Path, parent, cancellationToken);
        var before = writer.RowCount;
        try
        {
            using var properties = ReaderProperties.GetDefaultReaderProperties();

            // Pages come as they are needed: without it, whole columns of a row group lie in memory.
            properties.EnableBufferedStream();
            using var arrow = ArrowReaderProperties.GetDefault();
            (arrow.BatchSize, arrow.UseThreads, arrow.PreBuffer) = (BatchRows, false, false);
            using var reader = new FileReader(input.Path, properties, arrow);
            if (!SegmentColumns.Are(reader.Schema, table.Schema))
                throw new MergeFault(parent.Id, $"segment '{parent.RelativePath}' has other columns than table {table.Name}");
            using var batches = reader.GetRecordBatchReader();
            while (await batches.ReadNextRecordBatchAsync(cancellationToken) is { } batch)
            {
                using (batch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    writer.Write(batch);
                }
            }
        }
        catch (Exception e) when (e is ParquetException or IOException)
        {
            throw new MergeFault(parent.Id, $"segment '{parent.RelativePath}' cannot be read: {e.Message}", e);
        }

        if (!parent.IsForeign && writer.RowCount - before != parent.RowCount)
            throw new MergeFault(parent.Id, $"segment '{parent.RelativePath}' has {writer.RowCount - before} rows; {parent.RowCount} are registered");
    }
}
