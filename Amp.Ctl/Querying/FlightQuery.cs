using Amp.Ctl.Api;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Flight;
using Apache.Arrow.Flight.Client;
using Grpc.Core;
using Grpc.Net.Client;

namespace Amp.Ctl.Querying;

/// <summary>A query of a server over Arrow Flight.</summary>
internal sealed record FlightQuery(Uri Server, string? Token, string Sql)
{
    /// <summary>The server's messages stay under 4 MiB unless a single row is larger.</summary>
    private const int LargestMessage = 256 << 20;

    /// <summary>Hands the rows on batch by batch; one is in memory at a time.</summary>
    /// <param name="open">Makes what takes them, once their columns are known.</param>
    /// <param name="ct">Ends the query, on the server too.</param>
    public async Task RunAsync(Func<Schema, IRowFormat> open, CancellationToken ct)
    {
        using var channel = GrpcChannel.ForAddress(Server, new GrpcChannelOptions { MaxReceiveMessageSize = LargestMessage });
        var client = new FlightClient(channel);
        Metadata headers = Token is null ? [] : new Metadata { { "authorization", $"Bearer {Token}" } };
        try
        {
            var info = await client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Sql), headers, deadline: null, ct);
            using var rows = open(info.Schema);
            foreach (var endpoint in info.Endpoints)
            {
                using var call = client.GetStream(endpoint.Ticket, headers, deadline: null, ct);
                while (await call.ResponseStream.MoveNext(ct))
                {
                    using var batch = call.ResponseStream.Current;
                    await rows.WriteAsync(batch, ct);
                }
            }

            await rows.EndAsync(ct);
        }
        catch (RpcException e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Status.Detail, e, ct);
        }
        catch (RpcException e)
        {
            throw Translate(e);
        }
    }

    private Exception Translate(RpcException e) => e switch
    {
        { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied } => new AdminRefusal("what stands before the server refuses; give a token by AMP_AUTH_TOKEN or --auth-token"),
        _ when e.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal) => new AmpException(
            ErrorCode.InvalidRequest, $"what answers at {Server} (--server-url, AMP_SERVER_URL) does not speak Arrow Flight; a server of Amp does so on port 1602 unless flight_addr says otherwise"),
        { Status.DebugException: { } cause } => new RetryableException(
            ErrorCode.Unavailable, $"no server answers at {Server}, or no longer; start one there, or say where one is by --server-url or AMP_SERVER_URL", cause),
        _ => AdminRefusal.Of(e.Status.Detail),
    };
}
