using System.Globalization;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Server.JsonLines;

/// <summary>Faults as JSON Lines clients see them.</summary>
internal static class JsonLinesErrors
{
    /// <summary>The status of an answer that had no byte yet.</summary>
    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidSqlString or ErrorCode.SqlParseError or ErrorCode.InvalidPlan or ErrorCode.StreamingNotSupported or ErrorCode.NotImplemented
            or ErrorCode.InvalidRequest => StatusCodes.Status400BadRequest,
        ErrorCode.TableNotFoundError or ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCode.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.TooManyQueries => StatusCodes.Status429TooManyRequests,
        ErrorCode.DatabaseUnavailable or ErrorCode.DatabaseNewer or ErrorCode.DatabaseOlder or ErrorCode.ObjectStoreError or ErrorCode.SegmentGone
            or ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.QueryTimeout => StatusCodes.Status504GatewayTimeout,
        ErrorCode.ResourcesExhausted => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What a client is told; the inside of an unexpected fault stays in the log.</summary>
    public static (ErrorCode Code, string Message) Describe(Exception fault) => fault is AmpException known
        ? (known.Code, known.Message)
        : (ErrorCode.InternalError, "The query failed inside the server; its log says why.");

    public static byte[] Json(Exception fault)
    {
        var (code, message) = Describe(fault);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("error_code", code.ToWire());
            json.WriteString("error_message", message);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    public static async Task AnswerAsync(HttpContext context, Exception fault)
    {
        var response = context.Response;
        response.StatusCode = StatusOf(Describe(fault).Code);
        response.ContentType = "application/json";
        if (fault is RetryableException { RetryAfter: { } wait })
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(Json(fault), context.RequestAborted);
    }
}
