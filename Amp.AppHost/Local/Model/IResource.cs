namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the deployment.</summary>
public interface IResource
{
    string Name { get; }
}
