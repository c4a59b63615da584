namespace Amp.Shared.Lake;

/// <summary>A published file of the lake.</summary>
/// <param name="Path">Relative to the store's root.</param>
public sealed record LakeFile(string Path, long Size);
