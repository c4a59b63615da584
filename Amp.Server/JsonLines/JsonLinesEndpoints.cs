using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.Server.JsonLines;

/// <summary>The JSON Lines wire: SQL in, one JSON object a row out.</summary>
public static class JsonLinesEndpoints
{
    /// <summary>Maps the endpoints; needs <c>AddAmpQuery</c>.</summary>
    public static RouteGroupBuilder MapJsonLines(this IEndpointRouteBuilder app)
    {
        var wire = app.MapGroup("");
        wire.MapGet("/", () => Results.Text(UsagePage.Text, "text/plain; charset=utf-8"));
        wire.MapGet("/health", () => Results.Text("{\"status\":\"ok\"}\n", "application/json"));
        wire.MapPost("/", context => AnswerAsync(context, SqlRequest.PlainAsync));
        wire.MapPost("/query", context => AnswerAsync(context, SqlRequest.JsonAsync));
        wire.MapFallback("{*path}", RefuseAsync);
        return wire;
    }

    /// <summary>No endpoint takes this path, or none with this method.</summary>
    private static Task RefuseAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        string[] methods = path switch
        {
            "/" => ["GET", "POST"],
            "/health" => ["GET"],
            "/query" => ["POST"],
            _ => [],
        };
        if (methods.Length > 0)
            context.Response.Headers.Allow = string.Join(", ", methods);
        return JsonLinesErrors.AnswerAsync(context, methods.Length > 0
            ? new AmpException(ErrorCode.MethodNotAllowed, $"{context.Request.Method} {path} is not served: {string.Join(" or ", methods)} is needed")
            : new AmpException(ErrorCode.NotFound, $"nothing is served at '{path}'; SQL is sent by POST to / or /query, GET / says how"));
    }

    private static async Task AnswerAsync(HttpContext context, Func<HttpRequest, CancellationToken, Task<string>> read)
    {
        var ct = context.RequestAborted;
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(JsonLinesEndpoints));
        try
        {
            var engine = context.RequestServices.GetRequiredService<QueryEngine>();
            var sql = await read(context.Request, ct);
            await GoneSegments.AnswerAsync(
                notBefore: null,
                async notBefore =>
                {
                    await using var query = await engine.PlanAsync(sql, notBefore, ct);
                    await JsonLinesAnswer.SendAsync(context, query);
                    return true;
                },
                () => !context.Response.HasStarted);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            JsonLinesLog.ClientGone(log);
        }
        catch (BrokenAnswerException e)
        {
            JsonLinesLog.Broken(log, e.InnerException!);
            throw;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (e is AmpException fault)
                JsonLinesLog.Refused(log, fault.Code.ToWire(), AmpException.Describe(fault));
            else
                JsonLinesLog.Failed(log, e);
            await JsonLinesErrors.AnswerAsync(context, e);
        }
    }
}
