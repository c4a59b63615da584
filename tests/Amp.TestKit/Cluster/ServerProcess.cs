using Amp.TestKit.Processes;

namespace Amp.TestKit.Cluster;

/// <summary>A running server and its two addresses.</summary>
public sealed record ServerProcess(ServiceProcess Process, Uri Flight, Uri JsonLines);
