namespace Amp.Shared.Lake.Stores;

/// <summary>A published file of a store.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="ETag">What the store calls this version of it, without quotes; null where the store has no such name.</param>
public sealed record StoredFile(string Path, long Size, string? ETag = null);
