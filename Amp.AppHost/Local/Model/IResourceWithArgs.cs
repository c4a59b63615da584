namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that is given arguments.</summary>
public interface IResourceWithArgs : IResource;
