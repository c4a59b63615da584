using System.Diagnostics.CodeAnalysis;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Audit;
using Npgsql;

namespace Amp.Controller.Admin.Audit;

/// <summary>Writes down each request that changes something: before it is carried out, and what came of it.</summary>
internal sealed partial class Auditing(RequestDelegate next, NpgsqlDataSource database, ILogger<Auditing> logger)
{
    private const int ClientGone = StatusCodes.Status499ClientClosedRequest;

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || context.GetEndpoint()?.Metadata is not { } about || about.GetMetadata<ChangesNothing>() is not null || about.GetMetadata<IEndpointNameMetadata>() is not { } endpoint)
        {
            await next(context);
            return;
        }

        // What cannot be written down is not done.
        var request = context.Request;
        var id = await AuditTrail.BeginAsync(
            database, context.Connection.RemoteIpAddress?.ToString() ?? "", endpoint.EndpointName, request.Method, request.Path.ToUriComponent() + request.QueryString.ToUriComponent(),
            context.RequestAborted);
        context.Features.Set(new AuditedRequest(database, id));
        try
        {
            await next(context);
            await EndAsync(id, context.Response.StatusCode, errorCode: null);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(id, ClientGone, errorCode: null);
            throw;
        }
        catch (Exception e)
        {
            var (status, code, _) = ErrorHandling.Classify(e, context.TraceIdentifier);
            await EndAsync(id, status, code.ToWire());
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The request is answered by what came of it, whether or not that could be written down.")]
    private async Task EndAsync(long id, int status, string? errorCode)
    {
        try
        {
            await AuditTrail.EndAsync(database, id, status, errorCode, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogUnknownOutcome(id, status, e);
        }
    }

    [LoggerMessage(4003, LogLevel.Warning, "The outcome of audit entry {Id} (status {Status}) could not be written down")]
    private partial void LogUnknownOutcome(long id, int status, Exception cause);
}
