using System.Globalization;
using System.Numerics;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Lake;
using DuckDB.NET.Data;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Amp.IntegrationTests.Lake;

/// <summary>What a worker wrote, read by two programs that share no code with the writer.</summary>
public sealed class SegmentsReadBack
{
    private const ulong Blocks = 80;

    [Fact]
    public async Task Parquet_Net_reads_every_value()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        var seen = 0;
        foreach (var table in EvmTables.All)
        {
            await using var reader = await ParquetReader.CreateAsync(written.PathOf(table.Name));
            foreach (var field in reader.Schema.GetDataFields())
            {
                var expected = written.Expected[$"{table.Name}/{string.Join('.', field.Path.ToList())}"];
                Assert.Equal(expected.Values, await ReadAsync(reader, field, expected.IsNested));
                seen++;
            }
        }

        Assert.Equal(written.Expected.Count, seen);
        Assert.All(["access_list.list.element.storage_keys.list.element", "authorization_list.list.element.r", "blob_versioned_hashes.list.element"],
            leaf => Assert.NotEmpty(written.Expected["transactions/" + leaf].Values));
    }

    [Fact]
    public async Task DuckDB_reads_every_value()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        foreach (var (key, expected) in written.Expected)
        {
            var (table, leaf) = (key.Split('/')[0], key.Split('/')[1]);
            Assert.Equal(expected.Values, await ReadAsync(duck, written.PathOf(table), leaf));
        }
    }

    [Fact]
    public async Task Types_are_those_that_other_readers_of_such_lakes_expect()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        var elements = new List<string>();
        foreach (var table in EvmTables.All)
        {
            await using var reader = await ParquetReader.CreateAsync(written.PathOf(table.Name));
            elements.AddRange(reader.Metadata!.Schema.Select(e => $"{table.Name} {Describe(e)}"));
            Assert.Equal("_block_num", reader.Schema.GetDataFields()[0].Name);
        }

        Assert.Contains("blocks _block_num INT64 uint64 REQUIRED", elements);
        Assert.Contains("blocks timestamp INT64 ns-utc REQUIRED", elements);
        Assert.Contains("blocks hash FIXED_LEN_BYTE_ARRAY(32) REQUIRED", elements);
        Assert.Contains("blocks difficulty FIXED_LEN_BYTE_ARRAY(16) decimal(38,0) REQUIRED", elements);
        Assert.Contains("blocks base_fee_per_gas FIXED_LEN_BYTE_ARRAY(16) decimal(38,0) OPTIONAL", elements);
        Assert.Contains("blocks extra_data BYTE_ARRAY REQUIRED", elements);
        Assert.Contains("transactions tx_index INT32 uint32 REQUIRED", elements);
        Assert.Contains("transactions value BYTE_ARRAY string REQUIRED", elements);
        Assert.Contains("transactions type INT32 REQUIRED", elements);
        Assert.Contains("transactions v_parity BOOLEAN REQUIRED", elements);
        Assert.Contains("transactions blob_versioned_hashes group list OPTIONAL", elements);
        Assert.Contains("logs log_index INT32 uint32 REQUIRED", elements);
        Assert.DoesNotContain(elements, e => e.Contains(" item ", StringComparison.Ordinal));
        Assert.Contains(elements, e => e.StartsWith("transactions element FIXED_LEN_BYTE_ARRAY(32)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zstd(1)", CompressionCodec.ZSTD)]
    [InlineData("ZSTD(3)", CompressionCodec.ZSTD)]
    [InlineData("lz4", CompressionCodec.LZ4_RAW)]
    [InlineData("snappy", CompressionCodec.SNAPPY)]
    [InlineData("gzip", CompressionCodec.GZIP)]
    [InlineData("brotli", CompressionCodec.BROTLI)]
    [InlineData("uncompressed", CompressionCodec.UNCOMPRESSED)]
    public async Task Every_codec_has_statistics_and_page_indexes(string compression, CompressionCodec codec)
    {
        using var written = await WrittenTables.WriteAsync(5, compression);
        foreach (var table in EvmTables.All)
        {
            await using var reader = await ParquetReader.CreateAsync(written.PathOf(table.Name));
            foreach (var chunk in reader.Metadata!.RowGroups.SelectMany(g => g.Columns))
            {
                Assert.Equal(codec, chunk.MetaData!.Codec);
                Assert.True(chunk.OffsetIndexOffset > 0 && chunk.OffsetIndexLength > 0 && chunk.ColumnIndexOffset > 0 && chunk.ColumnIndexLength > 0);
                Assert.NotNull(chunk.MetaData.Statistics);
                Assert.DoesNotContain(chunk.MetaData.EncodingStats ?? [], s => s.PageType == PageType.DATA_PAGE_V2);
            }
        }
    }

    [Fact]
    public async Task The_footer_tells_what_the_file_is()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        foreach (var (table, index) in EvmTables.All.Select((t, i) => (t.Name, i)))
        {
            var path = written.PathOf(table);
            await using var reader = await ParquetReader.CreateAsync(path);
            var footer = SegmentFooter.Parse(reader.CustomMetadata);
            var segment = written.Segments[index];
            Assert.Equal(table, footer.Table);
            Assert.Equal(Path.GetFileName(path), footer.FileName);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(5), footer.CreatedAt);
            Assert.Equal(new SegmentFooterRange(0, Blocks - 1, "devnet", segment.Hash, segment.PrevHash, segment.Timestamp), Assert.Single(footer.Ranges));
            Assert.Equal((0L, 0), (footer.Generation, footer.ParentFileIds.Count));
            Assert.NotEmpty(reader.CustomMetadata["ARROW:schema"]);
            Assert.Equal(new FileInfo(path).Length, segment.ObjectSize);
            Assert.Equal(reader.Metadata!.NumRows, segment.RowCount);
        }

        // The writer's own library must live with the longer footer too.
        using var native = new ParquetSharp.Arrow.FileReader(written.PathOf("transactions"));
        Assert.Equal(EvmTables.Transactions.Schema.FieldsList.Select(f => f.Name), native.Schema.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public async Task Tables_without_a_row_are_valid_files()
    {
        using var written = await WrittenTables.WriteAsync(3, transactions: 0);
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        foreach (var (table, rows) in new[] { ("blocks", 3L), ("transactions", 0L), ("logs", 0L) })
        {
            await using var reader = await ParquetReader.CreateAsync(written.PathOf(table));
            Assert.Equal(rows, reader.Metadata!.NumRows);
            Assert.NotNull(SegmentFooter.Parse(reader.CustomMetadata));
            await using var command = duck.CreateCommand();
            command.CommandText = $"select count(*) from read_parquet('{written.PathOf(table)}')";
            Assert.Equal(rows, await command.ExecuteScalarAsync());
        }
    }

    private static async Task<IReadOnlyList<string?>> ReadAsync(DuckDBConnection duck, string path, string leaf)
    {
        var source = $"read_parquet('{path}')";
        var names = leaf.Split('.');
        var column = $"\"{names[0]}\"";
        for (var i = 1; i < names.Length; i++)
        {
            // list.element unnests; a name goes into a struct.
            if (names[i] == "list")
            {
                source = $"(select unnest({column}) as v from {source})";
                column = "v";
                i++;
            }
            else
            {
                column = $"v.\"{names[i]}\"";
            }
        }

        if (await TypeAsync(duck, source, column) is not { } type)
            return [];
        await using var command = duck.CreateCommand();
        command.CommandText = $"select {Shown(type, column)} from {source}";
        var values = new List<string?>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            values.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return values;
    }

    private static async Task<string?> TypeAsync(DuckDBConnection duck, string source, string column)
    {
        await using var command = duck.CreateCommand();
        command.CommandText = $"select typeof({column}) from {source} limit 1";
        return await command.ExecuteScalarAsync() as string;
    }

    private static string Shown(string type, string column) => type switch
    {
        "BLOB" => $"lower(hex({column}))",
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => $"cast(epoch_ns({column}) as varchar)",
        _ => $"cast({column} as varchar)",
    };

    private static async Task<IReadOnlyList<string?>> ReadAsync(ParquetReader reader, DataField field, bool nested)
    {
        var values = new List<string?>();
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            using var raw = await group.ReadRawColumnDataBaseAsync(field, default);
            var defined = raw switch
            {
                Parquet.Data.RawColumnData<ulong> c => Texts(c.Values, v => v.ToString(CultureInfo.InvariantCulture)),
                Parquet.Data.RawColumnData<uint> c => Texts(c.Values, v => v.ToString(CultureInfo.InvariantCulture)),
                Parquet.Data.RawColumnData<int> c => Texts(c.Values, v => v.ToString(CultureInfo.InvariantCulture)),
                Parquet.Data.RawColumnData<bool> c => Texts(c.Values, v => v ? "true" : "false"),
                Parquet.Data.RawColumnData<ReadOnlyMemory<byte>> c => Texts(c.Values, v => Convert.ToHexStringLower(v.Span)),
                Parquet.Data.RawColumnData<ReadOnlyMemory<char>> c => Texts(c.Values, v => v.ToString()),
                Parquet.Data.RawColumnData<decimal> c => Texts(c.Values, v => v.ToString(CultureInfo.InvariantCulture)),
                Parquet.Data.RawColumnData<BigInteger> c => Texts(c.Values, v => v.ToString(CultureInfo.InvariantCulture)),
                Parquet.Data.RawColumnData<DateTime> c => Texts(c.Values, v => ((v - DateTime.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture)),
                _ => throw new NotSupportedException($"{field.Name}: {raw.GetType()}"),
            };
            if (field.MaxDefinitionLevel == 0)
            {
                values.AddRange(defined);
                continue;
            }

            // The span is as long as the levels; behind the values that exist it holds what the pooled memory held before.
            var next = 0;
            foreach (var level in raw.DefinitionLevels.ToArray())
            {
                if (level == field.MaxDefinitionLevel)
                    values.Add(defined[next++]);
                else if (!nested)
                    values.Add(null);
            }
        }

        return values;
    }

    private static List<string> Texts<T>(Span<T> values, Func<T, string> text)
    {
        var texts = new List<string>(values.Length);
        foreach (var value in values)
            texts.Add(text(value));
        return texts;
    }

    private static string Describe(SchemaElement e)
    {
        var type = e.Type is { } t ? (t == Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY ? $"{t}({e.TypeLength})" : t.ToString()) : "group";
        var logical = e.LogicalType switch
        {
            { INTEGER: { } i } => $" {(i.IsSigned ? "" : "u")}int{i.BitWidth}",
            { TIMESTAMP: { } ts } => $" {(ts.Unit.NANOS is null ? "?" : "ns")}{(ts.IsAdjustedToUTC ? "-utc" : "")}",
            { DECIMAL: { } d } => $" decimal({d.Precision},{d.Scale})",
            { STRING: not null } => " string",
            { LIST: not null } => " list",
            _ => "",
        };
        return $"{e.Name} {type}{logical} {e.RepetitionType}";
    }
}
