using Apache.Arrow.Types;

namespace Amp.Shared.Datasets;

/// <summary>A column as a manifest declares it.</summary>
public sealed record ManifestField(string Name, IArrowType Type, bool Nullable);
