using System.Buffers;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Wire;

/// <summary>Reads the JSON body of a request; every mistake is named with its path.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <param name="request">Its content type must be JSON.</param>
    /// <param name="code">The endpoint's own code for what cannot be read.</param>
    /// <param name="reader">Makes the value from the root.</param>
    public static async Task<T> ReadAsync<T>(HttpRequest request, ErrorCode code, Func<JsonNodeAt, T> reader)
    {
        var body = await ReadBytesAsync(request);
        RequireJson(request, code);
        return body.Length > 0
            ? JsonNodeAt.Read(body, code, reader)
            : throw new AmpException(code, "the body is empty; a JSON object is needed");
    }

    /// <summary>As <see cref="ReadAsync{T}"/>; an empty body gives <paramref name="empty"/>, whatever its content type.</summary>
    public static async Task<T> ReadOptionalAsync<T>(HttpRequest request, ErrorCode code, T empty, Func<JsonNodeAt, T> reader)
    {
        var body = await ReadBytesAsync(request);
        if (body.Length == 0)
            return empty;
        RequireJson(request, code);
        return JsonNodeAt.Read(body, code, reader);
    }

    private static void RequireJson(HttpRequest request, ErrorCode code)
    {
        if (!request.HasJsonContentType())
            throw new AmpException(code, $"the content type is '{request.ContentType}'; application/json is needed");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes)
            throw TooLarge();
        using var buffer = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(part, request.HttpContext.RequestAborted)) > 0;)
            {
                if (buffer.Length + read > MaxBytes)
                    throw TooLarge();
                buffer.Write(part, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static AmpException TooLarge() => new(ErrorCode.PayloadTooLarge, $"the body is larger than {MaxBytes} bytes");
}
