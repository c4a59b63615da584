using Amp.Shared.Faults;
using Google.Protobuf;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Amp.Server.Flight.Protocol;

/// <summary>
/// Binds the Flight service to gRPC by hand, so that DoGet answers with <see cref="FlightFrame"/>, which writes Arrow buffers straight into
/// the response. A generated binding would build a FlightData message first, which copies each batch twice more.
/// </summary>
public static class FlightServiceBinding
{
    /// <summary>Found by gRPC reflection through the declaring type of the base class.</summary>
    public static ServiceDescriptor Descriptor { get; } = FlightReflection.Descriptor.Services[0];

    private static readonly Marshaller<FlightFrame> _frames = Marshallers.Create<FlightFrame>(WriteFrame, RefuseFrame);

    private static readonly Method<HandshakeRequest, HandshakeResponse> _handshake =
        Define("Handshake", MethodType.DuplexStreaming, Messages(HandshakeRequest.Parser), Messages(HandshakeResponse.Parser));

    private static readonly Method<Criteria, FlightInfo> _listFlights =
        Define("ListFlights", MethodType.ServerStreaming, Messages(Criteria.Parser), Messages(FlightInfo.Parser));

    private static readonly Method<FlightDescriptor, FlightInfo> _getFlightInfo =
        Define("GetFlightInfo", MethodType.Unary, Messages(FlightDescriptor.Parser), Messages(FlightInfo.Parser));

    private static readonly Method<FlightDescriptor, PollInfo> _pollFlightInfo =
        Define("PollFlightInfo", MethodType.Unary, Messages(FlightDescriptor.Parser), Messages(PollInfo.Parser));

    private static readonly Method<FlightDescriptor, SchemaResult> _getSchema =
        Define("GetSchema", MethodType.Unary, Messages(FlightDescriptor.Parser), Messages(SchemaResult.Parser));

    private static readonly Method<Ticket, FlightFrame> _doGet =
        Define("DoGet", MethodType.ServerStreaming, Messages(Ticket.Parser), _frames);

    private static readonly Method<FlightData, PutResult> _doPut =
        Define("DoPut", MethodType.DuplexStreaming, Messages(FlightData.Parser), Messages(PutResult.Parser));

    private static readonly Method<FlightData, FlightData> _doExchange =
        Define("DoExchange", MethodType.DuplexStreaming, Messages(FlightData.Parser), Messages(FlightData.Parser));

    private static readonly Method<Action, Result> _doAction =
        Define("DoAction", MethodType.ServerStreaming, Messages(Action.Parser), Messages(Result.Parser));

    private static readonly Method<Empty, ActionType> _listActions =
        Define("ListActions", MethodType.ServerStreaming, Messages(Empty.Parser), Messages(ActionType.Parser));

    /// <summary>Called by ASP.NET with a null service: it takes only the methods and finds the handlers by name.</summary>
    public static void BindService(ServiceBinderBase binder, FlightServiceBase? service)
    {
        binder.AddMethod(_handshake, service is null ? null : service.Handshake);
        binder.AddMethod(_listFlights, service is null ? null : service.ListFlights);
        binder.AddMethod(_getFlightInfo, service is null ? null : service.GetFlightInfo);
        binder.AddMethod(_pollFlightInfo, service is null ? null : service.PollFlightInfo);
        binder.AddMethod(_getSchema, service is null ? null : service.GetSchema);
        binder.AddMethod(_doGet, service is null ? null : service.DoGet);
        binder.AddMethod(_doPut, service is null ? null : service.DoPut);
        binder.AddMethod(_doExchange, service is null ? null : service.DoExchange);
        binder.AddMethod(_doAction, service is null ? null : service.DoAction);
        binder.AddMethod(_listActions, service is null ? null : service.ListActions);
    }

    private static Method<TRequest, TResponse> Define<TRequest, TResponse>(
        string name, MethodType type, Marshaller<TRequest> request, Marshaller<TResponse> response)
        where TRequest : class
        where TResponse : class =>
        new(type, Descriptor.FullName, name, request, response);

    private static Marshaller<T> Messages<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        Marshallers.Create(static message => message.ToByteArray(), parser.ParseFrom);

    private static void WriteFrame(FlightFrame frame, SerializationContext context)
    {
        // With the length known, gRPC hands out the response pipe itself instead of a buffer of its own.
        context.SetPayloadLength(frame.Length);
        frame.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static FlightFrame RefuseFrame(DeserializationContext context) =>
        throw new NotSupportedException("Frames are only written; clients read them as FlightData.");

    /// <summary>Every method refuses, by name, until a service overrides it.</summary>
    [BindServiceMethod(typeof(FlightServiceBinding), nameof(BindService))]
    public abstract class FlightServiceBase
    {
        public virtual Task Handshake(
            IAsyncStreamReader<HandshakeRequest> requests, IServerStreamWriter<HandshakeResponse> responses, ServerCallContext context) =>
            throw Unimplemented("Handshake", "there is nothing to log in to");

        public virtual Task ListFlights(Criteria request, IServerStreamWriter<FlightInfo> responses, ServerCallContext context) =>
            throw Unimplemented("ListFlights", "ask with SQL, or browse with the metadata commands of Flight SQL, through GetFlightInfo");

        public virtual Task<FlightInfo> GetFlightInfo(FlightDescriptor request, ServerCallContext context) =>
            throw Unimplemented("GetFlightInfo", "this server does not answer it");

        public virtual Task<PollInfo> PollFlightInfo(FlightDescriptor request, ServerCallContext context) =>
            throw Unimplemented("PollFlightInfo", "use GetFlightInfo");

        public virtual Task<SchemaResult> GetSchema(FlightDescriptor request, ServerCallContext context) =>
            throw Unimplemented("GetSchema", "this server does not answer it");

        public virtual Task DoGet(Ticket request, IServerStreamWriter<FlightFrame> responses, ServerCallContext context) =>
            throw Unimplemented("DoGet", "this server does not answer it");

        public virtual Task DoPut(IAsyncStreamReader<FlightData> requests, IServerStreamWriter<PutResult> responses, ServerCallContext context) =>
            throw Unimplemented("DoPut", "datasets are read-only here and prepared statements take no parameters; write the values into the SQL");

        public virtual Task DoExchange(
            IAsyncStreamReader<FlightData> requests, IServerStreamWriter<FlightData> responses, ServerCallContext context) =>
            throw Unimplemented("DoExchange", "datasets are read-only here");

        public virtual Task DoAction(Action request, IServerStreamWriter<Result> responses, ServerCallContext context) =>
            throw Unimplemented($"The action '{request.Type}'", FlightActions.Mend(request.Type));

        public virtual Task ListActions(Empty request, IServerStreamWriter<ActionType> responses, ServerCallContext context) =>
            throw Unimplemented("ListActions", "there are no actions here");

        private static RpcException Unimplemented(string method, string reason) =>
            FlightStatus.ToRpc(new AmpException(ErrorCode.NotImplemented, $"{method} is not implemented: {reason}"));
    }
}
