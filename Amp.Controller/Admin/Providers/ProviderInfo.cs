using System.Text.Json.Serialization;
using Amp.Chains.Providers;

namespace Amp.Controller.Admin.Providers;

/// <summary>A provider as clients see it: secrets are hidden unless they are variables.</summary>
public sealed record ProviderInfo(string Name, string Kind)
{
    /// <summary>The other keys of its file.</summary>
    [JsonExtensionData]
    public IDictionary<string, object> Values { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    internal static ProviderInfo From(ProviderFile file) => new(file.Name, file.Kind!)
    {
        Values = file.ToShown().Where(v => v.Key is not ("kind" or "name")).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
    };

    /// <summary>A file that cannot be used is listed too, with what is wrong: otherwise nobody would look for it.</summary>
    internal static ProviderInfo Wrong(string name, string error) =>
        new(name, "unknown") { Values = new Dictionary<string, object>(StringComparer.Ordinal) { ["error"] = error } };
}
