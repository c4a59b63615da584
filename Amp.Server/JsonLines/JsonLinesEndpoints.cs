using Amp.Query.Execution;
using Amp.Query.Functions;
using Amp.Shared.Faults;

namespace Amp.Server.JsonLines;

/// <summary>The JSON Lines wire: SQL in, one JSON object a row out.</summary>
public static class JsonLinesEndpoints
{
    private static readonly string _usage = $$"""
        Amp: SQL over blockchain data, answered as JSON Lines (one JSON object a row).

          curl http://HOST:PORT/ --data 'SELECT * FROM "namespace/dataset".blocks LIMIT 3'
          curl http://HOST:PORT/query --json '{"sql": "SELECT count(*) AS n FROM \"namespace/dataset@1.0.0\".logs"}'

        Tables: "namespace/dataset".table, "namespace/dataset@revision".table (a version, latest, dev or a manifest hash), or dataset.table
        in the default namespace "_". Without a revision: latest, else dev. Conditions on _block_num let whole files be skipped.
        Exactly one SELECT a request. Bytes come as hex without 0x, nulls are left out. gzip, br and zstd by Accept-Encoding.
        Integers and decimals come with all their digits, integers of 256 bits as text, times as RFC 3339.
        An answer that breaks ends with a line {"error_code", "error_message"} and a connection that is cut.

        Functions of chain data (a signature is written out, as Solidity writes it):
        {{FunctionsPage.Summary()}}
          curl http://HOST:PORT/ --data 'SELECT t.value FROM (SELECT evm_decode(topic1, topic2, topic3, data,
            $$Transfer(address indexed from, address indexed to, uint256 value)$$) AS t FROM "namespace/dataset".logs) WHERE t IS NOT NULL LIMIT 3'

        """;

    /// <summary>Maps the endpoints; needs <c>AddAmpQuery</c>.</summary>
    public static RouteGroupBuilder MapJsonLines(this IEndpointRouteBuilder app)
    {
        var wire = app.MapGroup("");
        wire.MapGet("/", () => Results.Text(_usage, "text/plain; charset=utf-8"));
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
