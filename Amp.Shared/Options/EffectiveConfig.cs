namespace Amp.Shared.Options;

/// <summary>The settings and what was given for them; a key that is not in <paramref name="Given"/> has its default.</summary>
public sealed record EffectiveConfig(AmpSettings Settings, IReadOnlyDictionary<ConfigKey, ConfigValue> Given);
