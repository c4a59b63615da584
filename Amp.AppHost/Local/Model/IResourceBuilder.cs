namespace Aspire.Hosting.ApplicationModel;

/// <summary>What the statements of the picture are chained on.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    T Resource { get; }

    IDistributedApplicationBuilder ApplicationBuilder { get; }
}
