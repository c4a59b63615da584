using System.CommandLine;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest</c></summary>
internal static class ManifestCommand
{
    public static Command Create() => new("manifest", "Manifests: what datasets are, stored by their hashes.")
    {
        GenerateManifest.Create(),
        RegisterManifest.Create(),
        ListManifests.Create(),
        InspectManifest.Create(),
        RemoveManifest.Create(),
        PruneManifests.Create(),
    };
}
