namespace Aspire.Hosting.ApplicationModel;

/// <summary>A variable: its value is text or a <see cref="IValueProvider"/>.</summary>
internal sealed record EnvironmentVariable(string Name, object Value);
