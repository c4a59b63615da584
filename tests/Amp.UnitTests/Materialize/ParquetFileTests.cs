using Amp.Shared.Options;
using Amp.Worker.Materialize.Parquet;
using DuckDB.NET.Data;
using ParquetSharp.Arrow;

namespace Amp.UnitTests.Materialize;

/// <summary>Files of random rows, read by others.</summary>
public sealed class ParquetFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"amp-parquet-{Guid.NewGuid():N}.parquet");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("zstd(1)", 30_000)]
    [InlineData("uncompressed", 18_000)]
    [InlineData("lz4", 700)]
    [InlineData("snappy", 1)]
    [InlineData("gzip", 3)]
    [InlineData("brotli", 2_500)]
    public async Task Another_reader_finds_every_value(string compression, int rows)
    {
        var seed = Random.Shared.Next();
        var table = new RandomTable(seed, rows);
        Write(table, rows, compression, seed);

        using var reader = new FileReader(_path);
        using var batches = reader.GetRecordBatchReader();
        var row = 0;
        while (await batches.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            using (batch)
            {
                for (var column = 0; column < batch.ColumnCount; column++)
                {
                    var data = batch.Column(column).Data;
                    for (var i = 0; i < batch.Length; i++)
                    {
                        var (expected, actual) = (table.Columns[column][row + i], ArrowValues.Read(data, i));
                        if (ArrowValues.Show(expected) != ArrowValues.Show(actual))
                            Assert.Fail($"seed {seed}: row {row + i} of {batch.Schema.FieldsList[column].Name} is {ArrowValues.Show(actual)}, not {ArrowValues.Show(expected)}");
                    }
                }

                row += batch.Length;
            }
        }

        Assert.Equal(rows, row);
    }

    [Fact]
    public void DuckDB_finds_each_row_by_its_values()
    {
        var seed = Random.Shared.Next();
        const int Rows = 20_000;
        var table = new RandomTable(seed, Rows);
        Write(table, Rows, "zstd(1)", seed);
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();

        // Whatever the reader leaves out by bounds is missing from the count.
        foreach (var name in new[] { "hash", "word", "address", "odd", "text", "data" })
        {
            var column = RandomTable.Schema.GetFieldIndex(name);
            var counts = table.Columns[column].OfType<byte[]>().GroupBy(Convert.ToHexString).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            foreach (var (value, count) in counts.OrderBy(c => c.Key, StringComparer.Ordinal).Where((_, i) => i % (1 + (counts.Count / 5)) == 0).Append(counts.MaxBy(c => c.Key)))
            {
                using var command = duck.CreateCommand();
                command.CommandText = name == "text"
                    ? $"select count(*) from read_parquet('{_path}') where {name} = decode(unhex('{value}'))"
                    : $"select count(*) from read_parquet('{_path}') where {name} = unhex('{value}')";
                Assert.True((long)count == (long)command.ExecuteScalar()!, $"seed {seed}: {name} = {value}");
            }
        }
    }

    [Fact]
    public void Indexes_say_where_pages_are_and_what_lies_in_them()
    {
        var seed = Random.Shared.Next();
        const int Rows = 40_000;
        var table = new RandomTable(seed, Rows);
        Write(table, Rows, "zstd(1)", seed);
        var indexes = PageIndexes.Of(_path);
        Assert.Equal(RandomTable.Schema.FieldsList.Count + 2, indexes.Select(i => string.Join('.', i.Path)).Distinct(StringComparer.Ordinal).Count());
        foreach (var name in new[] { "number", "hash", "word", "odd", "small", "signed", "long", "amount", "flag", "sure", "text", "data", "nothing" })
        {
            var column = RandomTable.Schema.GetFieldIndex(name);
            foreach (var chunk in indexes.Where(i => i.Path is [var only] && only == name))
                PageIndexes.Check(chunk, RandomTable.Schema.FieldsList[column].DataType, table.Columns[column], $"seed {seed}, {name}");
        }

        Assert.All(indexes, i => Assert.Equal(i.Values, i.Pages.Sum(p => p.Values)));
        Assert.Contains(indexes, i => i.Pages.Count > 1 && i.Path[0] == "hash");
    }

    [Fact]
    public async Task A_page_takes_one_value_of_many_megabytes_at_most()
    {
        byte[] large = new byte[5_000_000];
        new Random(1).NextBytes(large);
        object?[] values = [new byte[] { 1 }, large, new byte[] { 2 }, large, System.Array.Empty<byte>()];
        var schema = new Apache.Arrow.Schema([new Apache.Arrow.Field("data", Apache.Arrow.Types.BinaryType.Default, nullable: false)], null);
        using (var file = new ParquetFile(_path, new ParquetSchema(schema), ParquetCompression.Parse("zstd(1)"), new PageMemory()))
        {
            file.Append(new Apache.Arrow.RecordBatch(schema, [Apache.Arrow.ArrowArrayFactory.BuildArray(ArrowValues.Build(schema.FieldsList[0].DataType, values))], 5), 0, 5);
            file.Close([]);
        }

        var index = Assert.Single(PageIndexes.Of(_path));
        Assert.Equal(3, index.Pages.Count);
        PageIndexes.Check(index, schema.FieldsList[0].DataType, values, "large");
        using var reader = new FileReader(_path);
        using var batches = reader.GetRecordBatchReader();
        using var batch = await batches.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken);
        Assert.Equal(values.Select(ArrowValues.Show), Enumerable.Range(0, 5).Select(i => ArrowValues.Show(ArrowValues.Read(batch.Column(0).Data, i))));
    }

    [Fact]
    public async Task Lists_have_more_values_than_a_page_has_rows()
    {
        byte[][] words = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Repeat((byte)i, 32).ToArray())];
        var word = new Apache.Arrow.Types.FixedSizeBinaryType(32);
        var keys = new Apache.Arrow.Types.ListType(new Apache.Arrow.Field("element", word, nullable: false));
        var schema = new Apache.Arrow.Schema(
            [new Apache.Arrow.Field("keys", keys, nullable: true), new Apache.Arrow.Field("empty", new Apache.Arrow.Types.ListType(new Apache.Arrow.Field("element", keys, nullable: false)), nullable: true)],
            null);
        object?[] lists = [.. Enumerable.Range(0, 20_000).Select(i => (object?)Enumerable.Range(0, i == 7 ? 100_000 : i % 3).Select(k => (object?)words[k % 5]).ToArray())];
        object?[] empties = [.. Enumerable.Range(0, 20_000).Select(_ => (object?)Enumerable.Repeat((object?)System.Array.Empty<object?>(), 10).ToArray())];
        using (var file = new ParquetFile(_path, new ParquetSchema(schema), ParquetCompression.Parse("zstd(1)"), new PageMemory()))
        {
            var arrays = new[] { ArrowValues.Build(keys, lists), ArrowValues.Build(schema.FieldsList[1].DataType, empties) };
            file.Append(new Apache.Arrow.RecordBatch(schema, arrays.Select(Apache.Arrow.ArrowArrayFactory.BuildArray), 20_000), 0, 20_000);
            file.Close([]);
        }

        var indexes = PageIndexes.Of(_path);
        Assert.All(indexes, i => Assert.True(i.Pages.Count > 1));
        Assert.Equal(20_000 * 10, indexes[1].Values);
        using var reader = new FileReader(_path);
        using var batches = reader.GetRecordBatchReader();
        var row = 0;
        while (await batches.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++, row++)
                {
                    Assert.Equal(ArrowValues.Show(lists[row]), ArrowValues.Show(ArrowValues.Read(batch.Column(0).Data, i)));
                    Assert.Equal(ArrowValues.Show(empties[row]), ArrowValues.Show(ArrowValues.Read(batch.Column(1).Data, i)));
                }
            }
        }

        Assert.Equal(20_000, row);
    }

    [Theory]
    [InlineData(130, 131)]
    [InlineData(5_000, null)]
    public void An_upper_bound_is_short_whatever_is_written_to_a_chain(int run, int? length)
    {
        byte[] value = [.. Enumerable.Repeat((byte)0xff, run), .. new byte[200_000]];
        object?[] values = [value, new byte[] { 1 }];
        var schema = new Apache.Arrow.Schema([new Apache.Arrow.Field("data", Apache.Arrow.Types.BinaryType.Default, nullable: false)], null);
        using (var file = new ParquetFile(_path, new ParquetSchema(schema), ParquetCompression.Parse("zstd(1)"), new PageMemory()))
        {
            file.Append(new Apache.Arrow.RecordBatch(schema, [Apache.Arrow.ArrowArrayFactory.BuildArray(ArrowValues.Build(schema.FieldsList[0].DataType, values))], 2), 0, 2);
            file.Close([]);
        }

        var chunk = Assert.Single(PageIndexes.Of(_path));
        Assert.Equal((length, length), (chunk.Most?.Length, chunk.Pages[0].Most?.Length));
        PageIndexes.Check(chunk, schema.FieldsList[0].DataType, values, "bound");
    }

    [Fact]
    public void DuckDB_tells_the_greatest_text()
    {
        var table = new RandomTable(9, 3_000);
        Write(table, 3_000, "zstd(1)", 9);
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = $"select hex(encode(max(text))) || ' ' || hex(encode(min(text))) from read_parquet('{_path}')";
        var texts = table.Columns[RandomTable.Schema.GetFieldIndex("text")].Cast<byte[]>().Select(Convert.ToHexString).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal($"{texts[^1]} {texts[0]}", command.ExecuteScalar());
    }

    [Fact]
    public void A_file_that_cannot_be_begun_leaves_nothing()
    {
        var memory = new PageMemory();
        Assert.ThrowsAny<IOException>(() => new ParquetFile(Path.Combine(_path, "no", "folder"), new ParquetSchema(RandomTable.Schema), ParquetCompression.Parse("zstd(1)"), memory));
        Assert.Equal(0, memory.HeldBytes);
    }

    [Fact]
    public void Memory_of_pages_comes_back_when_a_file_ends_or_is_dropped()
    {
        var memory = new PageMemory();
        var table = new RandomTable(3, 20_000);
        using (var file = new ParquetFile(_path, new ParquetSchema(RandomTable.Schema), ParquetCompression.Parse("zstd(1)"), memory))
        {
            file.Append(table.Batch(0, 20_000), 0, 20_000);
            Assert.True(memory.HeldBytes > 0);
            file.EndRowGroup();
            Assert.Equal(0, memory.HeldBytes);
            file.Append(table.Batch(0, 20_000), 0, 20_000);
        }

        Assert.Equal(0, memory.HeldBytes);
    }

    private void Write(RandomTable table, int rows, string compression, int seed)
    {
        var random = new Random(seed);
        using var file = new ParquetFile(_path, new ParquetSchema(RandomTable.Schema), ParquetCompression.Parse(compression), new PageMemory());
        for (var row = 0; row < rows;)
        {
            var count = Math.Min(rows - row, 1 + random.Next(7_000));
            var batch = table.Batch(row, count);
            var split = random.Next(count + 1);
            file.Append(batch, 0, split);
            file.Append(batch, split, count - split);
            row += count;
            if (random.Next(8) == 0)
                file.EndRowGroup();
        }

        file.Close([KeyValuePair.Create("seed", $"{seed}")]);
    }
}
