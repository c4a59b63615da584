namespace Amp.Server;

/// <summary>Endpoint metadata: the wire that an endpoint belongs to.</summary>
internal sealed record WireMark(ServerWires Wire);
