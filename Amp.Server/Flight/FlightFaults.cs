using Amp.Shared.Faults;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Amp.Server.Flight;

/// <summary>Turns every fault of a Flight call into a status that clients can act on.</summary>
public sealed partial class FlightFaults(ILogger<FlightFaults> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (exception is AmpException fault)
        {
            if (fault.Code == ErrorCode.InternalError)
                LogFailed(context.Method, exception);
            else
                LogRefused(context.Method, fault.Code.ToWire(), AmpException.Describe(fault));
            return FlightStatus.ToRpc(fault);
        }

        // A client that went away breaks the pipe as an InvalidOperationException or IOException, whatever was being written.
        if (exception is OperationCanceledException || context.CancellationToken.IsCancellationRequested)
            return FlightStatus.ToRpc(new AmpException(ErrorCode.QueryCancelled, "The client went away or cancelled the query."));

        LogFailed(context.Method, exception);
        return FlightStatus.ToRpc(new AmpException(ErrorCode.InternalError, "The query failed inside the server; its log tells the cause."));
    }

    [LoggerMessage(5150, LogLevel.Error, "{Method} failed")]
    private partial void LogFailed(string method, Exception exception);

    [LoggerMessage(5151, LogLevel.Information, "{Method} is answered with {Code}: {Message}")]
    private partial void LogRefused(string method, string code, string message);
}
