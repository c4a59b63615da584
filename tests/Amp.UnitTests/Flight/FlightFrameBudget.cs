using System.Buffers;
using Amp.Server.Flight;
using Amp.Server.Flight.Ipc;
using Amp.TestKit.Arrow;

namespace Amp.UnitTests.Flight;

public sealed class FlightFrameBudget
{
    /// <summary>The frame object itself; whatever grows with rows, columns or bytes does not fit in here.</summary>
    private const long BytesPerBatch = 128;

    [Theory]
    [InlineData(10, null)]
    [InlineData(4000, null)]
    [InlineData(10, IpcCodec.Lz4Frame)]
    [InlineData(4000, IpcCodec.Lz4Frame)]
    [InlineData(10, IpcCodec.Zstd)]
    [InlineData(4000, IpcCodec.Zstd)]
    public void A_batch_is_encoded_without_allocating(int rows, IpcCodec? codec)
    {
        using var batch = EveryType.Batch(rows, seed: 1);
        using var encoder = new BatchEncoder(codec);
        var writer = new ReusedBuffer(16 * 1024 * 1024);
        byte[] metadata = [.. "{}"u8];
        Send(1, 3);

        // Code that the runtime has not optimised yet allocates, for longer on a busy machine; what allocates by nature does so each time.
        const int Batches = 50;
        var perBatch = double.MaxValue;
        for (var attempt = 0; attempt < 30 && perBatch > BytesPerBatch; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Send(Batches, 3);
            perBatch = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Batches;
        }

        Assert.True(perBatch <= BytesPerBatch, $"{perBatch} bytes are allocated for each batch of {rows} rows");

        // The first rows are left out, so that offsets are rebased and bitmaps shifted too.
        void Send(int batches, int first)
        {
            for (var i = 0; i < batches; i++)
            {
                encoder.Plan(batch, first, rows - first);
                encoder.Compress();
                writer.Clear();
                FlightFrame.OfBatch(encoder, metadata).WriteTo(writer);
            }
        }
    }

    private sealed class ReusedBuffer(int size) : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[size];
        private int _written;

        public void Clear() => _written = 0;

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_written);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_written);
    }
}
