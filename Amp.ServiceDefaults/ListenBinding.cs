using Amp.Shared.Options;

namespace Amp.ServiceDefaults;

/// <summary>An address that a service listens on and the key that names it, so that a refusal can name both.</summary>
public sealed record ListenBinding(ConfigKey Key, ListenAddress Address);
