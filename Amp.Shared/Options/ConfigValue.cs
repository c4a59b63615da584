namespace Amp.Shared.Options;

/// <summary>What was given for a key: its texts (one, or one an element of a list) and where they come from.</summary>
public sealed record ConfigValue(IReadOnlyList<string> Texts, string Source);
