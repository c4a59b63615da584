using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest rm HASH</c></summary>
internal static class RemoveManifest
{
    public static Command Create() => AdminCommand.Remove(
        "rm", "Deletes a manifest that no dataset links to.", IdArgument.Manifest(), hash => ApiPath.Of($"manifests/{hash}"), hash => $"manifest {hash} is deleted");
}
