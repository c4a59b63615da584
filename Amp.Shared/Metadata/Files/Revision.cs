namespace Amp.Shared.Metadata.Files;

/// <summary>A folder of one table.</summary>
/// <param name="Path">Relative to the store's root; authoritative, never derived again.</param>
public sealed record Revision(long Id, string Table, string Path);
