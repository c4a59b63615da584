using System.Buffers;
using System.Buffers.Binary;
using Amp.Server.Flight;
using Amp.Server.Flight.Ipc;
using Amp.Server.Flight.Protocol;
using Amp.TestKit.Arrow;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Flight;

public sealed class BatchEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(1000, 3)]
    public void A_batch_of_every_type_is_read_back_equal(int rows, int seed)
    {
        using var batch = EveryType.Batch(rows, seed);
        AssertReadsBack(batch, [(0, rows)], ArrowText.Rows(batch));
    }

    [Theory]
    [InlineData(64, 1)]
    [InlineData(100, 13)]
    [InlineData(257, 100)]
    public void Ranges_of_rows_are_read_back_as_those_rows(int rows, int step)
    {
        using var batch = EveryType.Batch(rows, seed: rows);
        var ranges = Enumerable.Range(0, (rows + step - 1) / step).Select(i => (i * step, Math.Min(step, rows - i * step)));
        AssertReadsBack(batch, ranges, ArrowText.Rows(batch));
    }

    [Theory]
    [InlineData(3, 41)]
    [InlineData(8, 64)]
    [InlineData(17, 1)]
    [InlineData(5, 0)]
    public void A_batch_of_sliced_arrays_is_read_back_equal(int offset, int length)
    {
        using var whole = EveryType.Batch(100, seed: offset);
        using var slice = whole.Slice(offset, length);
        AssertReadsBack(slice, [(0, length)], ArrowText.Rows(whole).Skip(offset).Take(length));
        if (length > 20)
            AssertReadsBack(slice, [(11, 9)], ArrowText.Rows(whole).Skip(offset + 11).Take(9));
    }

    [Fact]
    public void An_empty_batch_is_read_back_with_its_schema()
    {
        using var batch = EmptyBatch.Of(EveryType.Schema);
        AssertReadsBack(batch, [(0, 0)], []);
    }

    [Fact]
    public void Unions_are_read_back_equal()
    {
        var fields = new Field[] { new("n", Int32Type.Default, true), new("s", StringType.Default, true) };
        var numbers = new Int32Array.Builder().Append(10).Append(11).Append(12).Append(13).Build().Data;
        var texts = new StringArray.Builder().Append("a").Append("b").Append("c").Append("d").Build().Data;
        var types = new ArrowBuffer(new byte[] { 0, 1, 1, 0 });
        var sparse = new ArrayData(new UnionType(fields, [0, 1], UnionMode.Sparse), 4, 0, 0, [types], [numbers, texts]);
        var dense = new ArrayData(new UnionType(fields, [0, 1], UnionMode.Dense), 4, 0, 0, [types, new ArrowBuffer(new byte[] { 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0 })], [numbers, texts]);
        var schema = new Schema([new Field("sparse", sparse.DataType, true), new Field("dense", dense.DataType, true)], null);
        using var batch = new RecordBatch(schema, [ArrowArrayFactory.BuildArray(sparse), ArrowArrayFactory.BuildArray(dense)], 4);

        var read = ReadBack(batch, [(1, 3)]).Single();

        var readSparse = (SparseUnionArray)read.Column(0);
        Assert.Equal(new byte[] { 1, 1, 0 }, readSparse.TypeIds[..3].ToArray());
        Assert.Equal("'b' 'c' 13", $"{ArrowText.Value(readSparse.Fields[1], 0)} {ArrowText.Value(readSparse.Fields[1], 1)} {ArrowText.Value(readSparse.Fields[0], 2)}");
        var readDense = (DenseUnionArray)read.Column(1);
        Assert.Equal(new byte[] { 1, 1, 0 }, readDense.TypeIds[..3].ToArray());
        Assert.Equal("'c' 'd' 11", $"{ArrowText.Value(readDense.Fields[1], readDense.ValueOffsets[0])} {ArrowText.Value(readDense.Fields[1], readDense.ValueOffsets[1])} {ArrowText.Value(readDense.Fields[0], readDense.ValueOffsets[2])}");
    }

    [Fact]
    public void Validity_is_left_out_where_no_row_of_the_range_is_null()
    {
        var column = new Int64Array.Builder().AppendNull().Append(1).Append(2).Append(3).Build();
        using var batch = new RecordBatch(new Schema([new Field("n", Int64Type.Default, true)], null), [column], 4);
        using var encoder = new BatchEncoder();

        encoder.Plan(batch, 0, 4);
        Assert.Equal(8 + 32, encoder.BodyLength);
        encoder.Plan(batch, 1, 3);
        Assert.Equal(24, encoder.BodyLength);
    }

    [Theory]
    [InlineData(IpcCodec.Lz4Frame)]
    [InlineData(IpcCodec.Zstd)]
    public void Buffers_that_compress_are_compressed_and_others_follow_as_they_are(IpcCodec codec)
    {
        // 9 MB a column: an LZ4 frame of several blocks.
        const int Rows = 9_000_000 / sizeof(long);
        var seed = Environment.TickCount;
        var noise = new byte[Rows * sizeof(long)];
        new Random(seed).NextBytes(noise);
        var half = (byte[])noise.Clone();
        half.AsSpan(0, 5_000_000).Clear();
        foreach (var (bytes, most) in new (byte[], double)[] { (new byte[noise.Length], 0.01), (half, 0.5), (noise, 1) })
        {
            var column = new ArrayData(Int64Type.Default, Rows, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(bytes)]);
            using var batch = new RecordBatch(new Schema([new Field("n", Int64Type.Default, false)], null), [ArrowArrayFactory.BuildArray(column)], Rows);
            using var encoder = new BatchEncoder(codec);
            encoder.Plan(batch, 0, Rows);
            encoder.Compress();
            var body = new ArrayBufferWriter<byte>();
            encoder.WriteBody(body);

            var prefix = BinaryPrimitives.ReadInt64LittleEndian(body.WrittenSpan);
            Assert.True(prefix == (most == 1 ? -1 : bytes.Length), $"seed {seed}: a length of {prefix} for {bytes.Length} bytes");
            Assert.True(body.WrittenCount <= bytes.Length * most + 8, $"seed {seed}: {body.WrittenCount} bytes");
            var read = Assert.Single(ReadBack(batch, [(0, Rows)], codec));
            Assert.True(bytes.AsSpan().SequenceEqual(read.Column(0).Data.Buffers[1].Span[..bytes.Length]), $"seed {seed}");
        }
    }

    [Fact]
    public void A_frame_is_the_message_that_protobuf_reads()
    {
        using var batch = EveryType.Batch(100, seed: 4);
        using var encoder = new BatchEncoder();
        encoder.Plan(batch, 0, 100);
        var frame = FlightFrame.OfBatch(encoder, "{}"u8.ToArray());
        var bytes = new ArrayBufferWriter<byte>();
        frame.WriteTo(bytes);

        Assert.Equal(frame.Length, bytes.WrittenCount);
        var message = FlightData.Parser.ParseFrom(bytes.WrittenSpan.ToArray());
        Assert.Equal("{}", message.AppMetadata.ToStringUtf8());
        Assert.Equal(encoder.HeaderLength, message.DataHeader.Length);
        Assert.Equal(encoder.BodyLength, message.DataBody.Length);
    }

    [Fact]
    public void Types_that_are_not_sent_are_refused_by_name()
    {
        var schema = new Schema([new Field("c", new StructType([new Field("d", new DictionaryType(Int32Type.Default, StringType.Default, false), true)]), true)], null);
        var fault = Assert.Throws<Amp.Shared.Faults.AmpException>(() => WireTypes.Check(schema));
        Assert.Contains("'c'", fault.Message, StringComparison.Ordinal);
        WireTypes.Check(EveryType.Schema);
    }

    private static void AssertReadsBack(RecordBatch batch, IEnumerable<(int First, int Count)> ranges, IEnumerable<string> rows)
    {
        foreach (var codec in new IpcCodec?[] { null, IpcCodec.Lz4Frame, IpcCodec.Zstd })
            Assert.Equal(rows, ReadBack(batch, ranges, codec).SelectMany(ArrowText.Rows));
    }

    /// <summary>Through Apache.Arrow's own reader, which shares no code with the encoder.</summary>
    private static List<RecordBatch> ReadBack(RecordBatch batch, IEnumerable<(int First, int Count)> ranges, IpcCodec? codec = null)
    {
        var stream = new ArrayBufferWriter<byte>();
        stream.Write(new SchemaMessage(batch.Schema).Encapsulated);
        using var encoder = new BatchEncoder(codec);
        var sent = 0;
        foreach (var (first, count) in ranges)
        {
            encoder.Plan(batch, first, count);
            var largest = encoder.LargestBodyLength;
            encoder.Compress();
            Assert.True(encoder.BodyLength <= largest, $"{encoder.BodyLength} bytes, at most {largest} were planned");
            BinaryPrimitives.WriteInt32LittleEndian(stream.GetSpan(8), -1);
            BinaryPrimitives.WriteInt32LittleEndian(stream.GetSpan(8)[4..], encoder.HeaderLength);
            stream.Advance(8);
            Assert.Equal(0, encoder.HeaderLength % 8);
            encoder.WriteHeader(stream.GetSpan(encoder.HeaderLength)[..encoder.HeaderLength]);
            stream.Advance(encoder.HeaderLength);
            var before = stream.WrittenCount;
            encoder.WriteBody(stream);
            Assert.Equal(encoder.BodyLength, stream.WrittenCount - before);
            sent++;
        }

        using var reader = new ArrowStreamReader(new MemoryStream(stream.WrittenSpan.ToArray()), new CompressionCodecFactory());
        var batches = new List<RecordBatch>();
        while (reader.ReadNextRecordBatch() is { } read)
            batches.Add(read);
        Assert.Equal(sent, batches.Count);
        Assert.Equal(batch.Schema.FieldsList.Select(f => $"{f.Name} {f.DataType} {f.IsNullable}"), reader.Schema.FieldsList.Select(f => $"{f.Name} {f.DataType} {f.IsNullable}"));
        return batches;
    }
}
