using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Wire;

/// <summary>Gives every failure the one shape of <see cref="ErrorAnswer"/>, unknown routes and wrong methods included. No stack trace leaves.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> logger)
{
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The last resort of a request: what nobody caught is logged and answered.")]
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.GetEndpoint() is null or { DisplayName: "405 HTTP Method Not Supported" })
                await AnswerUnroutedAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
        }
    }

    private static Task AnswerUnroutedAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => WriteAsync(
            context, StatusCodes.Status404NotFound, ErrorCode.NotFound, $"there is nothing at {context.Request.Path}; the endpoints are listed at /docs"),
        StatusCodes.Status405MethodNotAllowed => WriteAsync(
            context, StatusCodes.Status405MethodNotAllowed, ErrorCode.MethodNotAllowed,
            $"{context.Request.Method} is not allowed at {context.Request.Path}; allowed: {context.Response.Headers.Allow}"),
        _ => Task.CompletedTask,
    };

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var (status, code, message) = Classify(exception, context.TraceIdentifier);
        if (status == StatusCodes.Status503ServiceUnavailable)
            LogUnavailable(context.Request.Method, context.Request.Path, AmpException.Describe(exception));
        else if (status >= StatusCodes.Status500InternalServerError)
            LogFailure(context.Request.Method, context.Request.Path, context.TraceIdentifier, code.ToWire(), exception);
        await WriteAsync(context, status, code, message);
    }

    /// <summary>How a failure is answered.</summary>
    internal static (int Status, ErrorCode Code, string Message) Classify(Exception exception, string traceId) => exception switch
    {
        // What failed within, such as the query engine, tells stacks and paths in its causes: those are for the log.
        AmpException { Code: ErrorCode.InternalError } e => (StatusCodes.Status500InternalServerError, e.Code, $"{e.Message} ({traceId})"),
        AmpException e => (ErrorStatus.Of(e.Code), e.Code, AmpException.Describe(e)),
        BadHttpRequestException e => (e.StatusCode, ErrorCode.InvalidRequest, e.Message),
        NpgsqlException e when IsOutage(e) => (
            StatusCodes.Status503ServiceUnavailable, ErrorCode.DatabaseUnavailable, "the metadata database does not answer; try again"),
        _ => (StatusCodes.Status500InternalServerError, ErrorCode.InternalError, $"an internal error; the controller's log tells more under {traceId}"),
    };

    /// <summary>The database does not answer, as against: it refuses.</summary>
    internal static bool IsOutage(NpgsqlException e) => e.IsTransient || e.InnerException is SocketException or IOException or TimeoutException;

    private static Task WriteAsync(HttpContext context, int status, ErrorCode code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ErrorAnswer(code.ToWire(), message), context.RequestAborted);
    }

    [LoggerMessage(4002, LogLevel.Warning, "{Method} {Path}: the metadata database does not answer: {Reason}")]
    private partial void LogUnavailable(string method, string path, string reason);

    [LoggerMessage(4001, LogLevel.Error, "{Method} {Path} failed ({TraceId}): {Code}")]
    private partial void LogFailure(string method, string path, string traceId, string code, Exception cause);
}
