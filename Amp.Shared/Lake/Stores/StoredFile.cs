namespace Amp.Shared.Lake.Stores;

/// <summary>A published file of a store.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="ETag">What the store calls this version of it, without quotes; null where the store has no such name.</param>
public sealed record StoredFile(string Path, long Size, string? ETag = null)
{
    /// <summary>Whether this is the version that is expected; an expectation without ETag is of the size alone.</summary>
    public bool Is(StoredFile? expected) => expected is null || (expected.Size == Size && (expected.ETag is null || expected.ETag == ETag));
}
