namespace Amp.Query.Catalog;

/// <summary>A segment that lies in a bucket, as it was registered.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="ETag">Its version; null where none was registered.</param>
public sealed record RemoteFile(string Path, long Size, string? ETag);
