namespace Aspire.Hosting.ApplicationModel;

/// <summary>A project of this solution.</summary>
public sealed class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal string ProjectPath { get; init; } = "";
}
