using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest inspect HASH</c></summary>
internal static class InspectManifest
{
    public static Command Create() => AdminCommand.Manifest(
        "inspect", "Prints a stored manifest; in a pipe its canonical bytes, whose SHA-256 is its hash.", IdArgument.Manifest(), hash => ApiPath.Of($"manifests/{hash}"));
}
