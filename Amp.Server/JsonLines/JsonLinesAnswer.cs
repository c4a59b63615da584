using Amp.Query.Execution;

namespace Amp.Server.JsonLines;

/// <summary>Sends the rows of a planned query as they come.</summary>
internal static class JsonLinesAnswer
{
    public const string ContentType = "application/x-ndjson";

    private static readonly int _parallelism = Math.Clamp(Environment.ProcessorCount, 1, 8);

    public static async Task SendAsync(HttpContext context, PlannedQuery query)
    {
        var ct = context.RequestAborted;
        var answer = new EncodedAnswer(query.Schema, _parallelism);
        await using var lines = answer.EncodeAsync(query.ExecuteAsync(ct), ct).GetAsyncEnumerator(ct);

        // Until the first rows are there a fault can still have its own status.
        var more = await lines.MoveNextAsync();
        var coding = ContentCoding.Choose(context.Request);
        context.Response.ContentType = ContentType;
        context.Response.Headers.Vary = "Accept-Encoding";
        if (coding is not null)
            context.Response.Headers.ContentEncoding = coding;
        await using var compressor = coding is null ? null : ContentCoding.Compress(coding, context.Response.Body);
        var body = compressor ?? context.Response.Body;
        try
        {
            while (more)
            {
                using (var current = lines.Current)
                    await body.WriteAsync(current.Bytes, ct);
                var next = lines.MoveNextAsync();
                // A slow query: what is there goes out now.
                if (!next.IsCompleted)
                    await body.FlushAsync(ct);
                more = await next;
            }
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            await body.WriteAsync(JsonLinesErrors.Json(fault), ct);
            await body.FlushAsync(ct);
            throw new BrokenAnswerException("The query failed after its first rows were sent.", fault);
        }
    }
}
