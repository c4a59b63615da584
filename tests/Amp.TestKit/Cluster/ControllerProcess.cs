using Amp.TestKit.Processes;

namespace Amp.TestKit.Cluster;

/// <summary>A running controller and its address.</summary>
public sealed record ControllerProcess(ServiceProcess Process, Uri Admin);
