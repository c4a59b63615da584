using Amp.Shared.Lake;
using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.UnitTests.Lake;

public sealed class ParquetFooterTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"amp-footer-{Guid.NewGuid():N}.parquet");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(200)]
    public void Entries_are_added_and_nothing_else_changes(int count)
    {
        Write();
        var added = Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"key {i}", new string('v', i * 7))).ToArray();
        ParquetFooter.AddKeyValues(_file, added);
        ParquetFooter.AddKeyValues(_file, [KeyValuePair.Create("last", "é")]);

        using var reader = new ParquetFileReader(_file);
        var found = reader.FileMetaData.KeyValueMetadata;
        Assert.Equal(count + 2, found.Count);
        Assert.NotEmpty(found["ARROW:schema"]);
        Assert.All(added, a => Assert.Equal(a.Value, found[a.Key]));
        Assert.Equal("é", found["last"]);
        using var group = reader.RowGroup(0);
        using var column = group.Column(0).LogicalReader<long>();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), column.ReadAll(1000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("PAR1 and some text that ends in no footer")]
    public void A_file_of_another_kind_is_refused(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Throws<InvalidDataException>(() => ParquetFooter.AddKeyValues(_file, []));
        Assert.Equal(text, File.ReadAllText(_file));
    }

    private void Write()
    {
        var schema = new Schema([new Field("n", Int64Type.Default, nullable: false)], metadata: null);
        using var arrow = new ArrowWriterPropertiesBuilder().StoreSchema().Build();
        using var properties = new WriterPropertiesBuilder().EnableWritePageIndex().Build();
        using var writer = new FileWriter(_file, schema, properties, arrow);
        using var values = new Int64Array.Builder().AppendRange(Enumerable.Range(0, 1000).Select(i => (long)i)).Build();
        using var batch = new RecordBatch(schema, [values], values.Length);
        writer.WriteBufferedRecordBatch(batch);
        writer.Close();
    }
}
