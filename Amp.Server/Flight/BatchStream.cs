using Amp.Server.Flight.Ipc;
using Apache.Arrow;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>Sends an answer as Flight messages: the schema, the batches, split where a message would be too large, and the closing empty batch.</summary>
/// <param name="messageLimit">Largest message in bytes. A single row that is larger is sent alone, since it cannot be split.</param>
/// <param name="codec">How buffers are compressed; null = not at all.</param>
public sealed class BatchStream(IServerStreamWriter<FlightFrame> responses, int messageLimit, IpcCodec? codec = null) : IDisposable
{
    /// <summary>What gRPC clients accept unless told otherwise is 4 MiB.</summary>
    public const int DefaultMessageLimit = 4 * 1024 * 1024 - 1024;

    private readonly BatchEncoder _encoder = new(codec);
    private bool _began;

    /// <summary>Rows sent so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>May be called again as long as no row is sent: the schema is sent once.</summary>
    /// <param name="partial">The <c>app_metadata</c> of every batch but the last.</param>
    /// <param name="complete">The <c>app_metadata</c> of the empty batch that ends the stream.</param>
    public async Task WriteAsync(Schema schema, IAsyncEnumerable<RecordBatch> batches, byte[] partial, byte[] complete, CancellationToken cancellation)
    {
        if (!_began)
            await responses.WriteAsync(FlightFrame.OfSchema(new SchemaMessage(schema)), cancellation);
        _began = true;
        await foreach (var batch in batches.WithCancellation(cancellation))
        {
            using (batch)
                await WriteBatchAsync(batch, partial, cancellation);
        }

        using var empty = EmptyBatch.Of(schema);
        _encoder.Plan(empty, 0, 0);
        _encoder.Compress();
        await responses.WriteAsync(FlightFrame.OfBatch(_encoder, complete), cancellation);
    }

    public void Dispose() => _encoder.Dispose();

    private async Task WriteBatchAsync(RecordBatch batch, byte[] appMetadata, CancellationToken cancellation)
    {
        for (var row = 0; row < batch.Length; row += _encoder.RowCount)
        {
            PlanMessage(batch, row, appMetadata.Length);
            _encoder.Compress();
            await responses.WriteAsync(FlightFrame.OfBatch(_encoder, appMetadata), cancellation);
            RowCount += _encoder.RowCount;
        }
    }

    /// <summary>As many rows as fit a message, found by the size of the layout, which costs no copying.</summary>
    private void PlanMessage(RecordBatch batch, int row, int appMetadataLength)
    {
        var rows = batch.Length - row;
        while (true)
        {
            _encoder.Plan(batch, row, rows);
            var length = FlightFrame.LengthOf(_encoder.HeaderLength, appMetadataLength, _encoder.LargestBodyLength);
            if (length <= messageLimit || rows == 1)
                return;
            rows = Math.Clamp((int)(rows * (double)messageLimit / length), 1, rows - 1);
        }
    }
}
