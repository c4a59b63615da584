namespace Aspire.Hosting.ApplicationModel;

/// <summary>A volume (by name) or a folder or file of the machine (by path) inside a container.</summary>
internal sealed record MountDeclaration(string Source, string Target, bool IsBind, bool IsReadOnly);
