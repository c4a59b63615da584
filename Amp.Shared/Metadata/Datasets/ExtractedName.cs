namespace Amp.Shared.Metadata.Datasets;

/// <summary>A tag of a dataset version that was extracted.</summary>
/// <param name="Since">When the tag came to name this manifest.</param>
public sealed record ExtractedName(string Namespace, string Name, string ManifestHash, string Tag, DateTimeOffset Since);
