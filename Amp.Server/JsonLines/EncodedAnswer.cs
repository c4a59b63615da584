using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Apache.Arrow;

namespace Amp.Server.JsonLines;

/// <summary>Encodes batches side by side on the cores that are free and hands them on in their order.</summary>
public sealed class EncodedAnswer(Schema schema, int parallelism)
{
    private readonly ConcurrentBag<JsonLinesEncoder> _encoders = [];

    /// <summary>The lines of the batches, each set to be disposed by the consumer, and its batch with it.</summary>
    public async IAsyncEnumerable<EncodedLines> EncodeAsync(
        IAsyncEnumerable<RecordBatch> batches, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var encoding = Channel.CreateBounded<Task<EncodedLines>>(new BoundedChannelOptions(parallelism) { SingleReader = true, SingleWriter = true });
        var pump = PumpAsync(batches, encoding.Writer, stop.Token);
        try
        {
            await foreach (var lines in encoding.Reader.ReadAllAsync(CancellationToken.None))
                yield return await lines;
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
            while (encoding.Reader.TryRead(out var left))
                await DropAsync(left);
        }
    }

    private async Task PumpAsync(IAsyncEnumerable<RecordBatch> batches, ChannelWriter<Task<EncodedLines>> encoding, CancellationToken ct)
    {
        Exception? fault = null;
        try
        {
            await foreach (var batch in batches.WithCancellation(ct))
            {
                var lines = Task.Run(() => Encode(batch), CancellationToken.None);
                if (encoding.TryWrite(lines))
                    continue;
                await EnqueueAsync(encoding, lines, ct);
            }
        }
        catch (Exception e)
        {
            // It reaches the consumer after all lines before it.
            fault = e;
        }

        encoding.Complete(fault);
    }

    private static async Task EnqueueAsync(ChannelWriter<Task<EncodedLines>> encoding, Task<EncodedLines> lines, CancellationToken ct)
    {
        try
        {
            await encoding.WriteAsync(lines, ct);
        }
        catch (OperationCanceledException)
        {
            await DropAsync(lines);
            throw;
        }
    }

    private EncodedLines Encode(RecordBatch batch)
    {
        try
        {
            var encoder = _encoders.TryTake(out var idle) ? idle : new JsonLinesEncoder(schema);
            var lines = encoder.Encode(batch);
            _encoders.Add(encoder);
            return lines.Of(batch);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    // Nobody is left to hear of a failed encoding: the consumer has gone.
    private static async Task DropAsync(Task<EncodedLines> lines)
    {
        await Task.WhenAny(lines);
        if (lines.IsCompletedSuccessfully)
            (await lines).Dispose();
    }
}
