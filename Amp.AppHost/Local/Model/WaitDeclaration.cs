namespace Aspire.Hosting.ApplicationModel;

/// <summary>A start that waits until another resource is healthy, or has ended well.</summary>
internal sealed record WaitDeclaration(IResource On, bool ForCompletion);
