using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Server.JsonLines;

/// <summary>Reads the SQL of a request.</summary>
internal static class SqlRequest
{
    public const int MaxBytes = 2 * 1024 * 1024;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body as it is, whatever its content type.</summary>
    public static async Task<string> PlainAsync(HttpRequest request, CancellationToken ct)
    {
        var body = await BodyAsync(request, ct);
        try
        {
            return _strict.GetString(body).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException e)
        {
            throw new AmpException(ErrorCode.InvalidSqlString, "The body is not UTF-8 text: send the SQL as UTF-8.", e);
        }
    }

    /// <summary>The property <c>sql</c> of a JSON object that has no other.</summary>
    public static async Task<string> JsonAsync(HttpRequest request, CancellationToken ct) =>
        JsonNodeAt.Read(await BodyAsync(request, ct), ErrorCode.InvalidRequest, root =>
        {
            root.Only("sql");
            return root.Required("sql").String();
        });

    private static async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            if (read.Buffer.Length > MaxBytes)
            {
                // Otherwise the server, which drains what is left of a body, reports a fault of its own.
                reader.AdvanceTo(read.Buffer.End);
                throw new AmpException(ErrorCode.PayloadTooLarge, $"The body is longer than {MaxBytes} bytes.");
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
