using Amp.Server.JsonLines;
using Apache.Arrow;

namespace Amp.Ctl.Querying;

/// <summary>One JSON object a row.</summary>
internal sealed class JsonLinesRows(Schema schema, Stream stream, bool leaveOpen) : IRowFormat
{
    private readonly JsonLinesEncoder _encoder = new(schema);

    public async Task WriteAsync(RecordBatch batch, CancellationToken ct)
    {
        using var lines = _encoder.Encode(batch);
        await stream.WriteAsync(lines.Bytes, ct);
    }

    public Task EndAsync(CancellationToken ct) => stream.FlushAsync(ct);

    public void Dispose()
    {
        if (!leaveOpen)
            stream.Dispose();
    }
}
