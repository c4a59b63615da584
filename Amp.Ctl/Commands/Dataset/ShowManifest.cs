using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset manifest DATASET</c></summary>
internal static class ShowManifest
{
    public static Command Create() => AdminCommand.Manifest(
        "manifest", "Prints the manifest of a revision; in a pipe its canonical bytes, whose SHA-256 is its hash.", DatasetArgument.Create(), dataset => $"{ApiPath.Of(dataset)}/manifest");
}
