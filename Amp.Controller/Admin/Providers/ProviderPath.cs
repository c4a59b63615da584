using Amp.Chains.Providers;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Providers;

/// <summary>The name of a provider in a path.</summary>
internal static class ProviderPath
{
    public static string NameOf(string name) => ProviderFile.IsName(name)
        ? name
        : throw new AmpException(ErrorCode.InvalidName, $"provider name '{name}' is not of the form {DatasetNames.NamePattern}");
}
