using Amp.Shared.Options;
using Amp.Worker.Materialize.Parquet;

namespace Amp.UnitTests.Materialize;

public sealed class AllocationBudget
{
    private const int Rows = 20_000;

    // Summaries and bounds of pages, and nothing that grows with the rows: two bytes a row of 18 columns at this size of a page.
    private const long BytesARow = 2;

    [Fact]
    public void Rows_are_encoded_without_allocating_for_each()
    {
        var path = Path.GetTempFileName();
        var table = new RandomTable(5, Rows);
        var batch = table.Batch(0, Rows);
        using (var file = new ParquetFile(path, new ParquetSchema(RandomTable.Schema), ParquetCompression.Parse("zstd(1)"), new PageMemory()))
        {
            // The first row groups find the sizes of buffers and dictionaries.
            for (var i = 0; i < 3; i++)
            {
                file.Append(batch, 0, Rows);
                file.EndRowGroup();
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5; i++)
            {
                file.Append(batch, 0, Rows);
                file.EndRowGroup();
            }

            Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (5.0 * Rows), 0, BytesARow);
        }

        File.Delete(path);
    }
}
