using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.ServiceDefaults;

/// <summary><c>/healthz</c> and <c>/livez</c>: the process answers. <c>/readyz</c>: it has started, is not stopping, and the metadata database answers.</summary>
public static partial class Health
{
    private static readonly TimeSpan _databasePatience = TimeSpan.FromSeconds(2);

    public static bool IsHealthPath(PathString path) => path.Value is "/healthz" or "/livez" or "/readyz";

    public static void MapAmpHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", Alive).WithName("get_healthz").WithSummary("Whether the process answers").WithTags("Health").ShortCircuit();
        endpoints.MapGet("/livez", Alive).WithName("get_livez").WithSummary("Whether the process answers").WithTags("Health").ShortCircuit();
        endpoints.MapGet("/readyz", (Delegate)ReadyAsync).WithName("get_readyz").WithSummary("Whether requests can be served: started, not stopping, the database answers")
            .WithTags("Health").Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status503ServiceUnavailable).ShortCircuit();
    }

    private static IResult Alive() => Results.Text("""{"status":"ok"}""", "application/json");

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever keeps the database from answering makes us not ready.")]
    private static async Task<IResult> ReadyAsync(HttpContext context)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return NotReady("starting");
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return NotReady("stopping");
        if (context.RequestServices.GetService<NpgsqlDataSource>() is not { } database)
            return Alive();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(_databasePatience);
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(patience.Token);
            return Alive();
        }
        catch (Exception e)
        {
            LogNotReady(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Amp.ServiceDefaults.Health"), AmpException.Describe(e));
            return NotReady("the metadata database does not answer");
        }
    }

    private static IResult NotReady(string why) =>
        Results.Text($$"""{"status":"not ready","reason":"{{why}}"}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable);

    [LoggerMessage(6001, LogLevel.Warning, "Not ready, the metadata database does not answer: {Cause}")]
    private static partial void LogNotReady(ILogger logger, string cause);
}
