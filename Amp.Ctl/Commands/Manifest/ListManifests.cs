using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest list</c></summary>
internal static class ListManifests
{
    public static Command Create() => AdminCommand.List(
        "list", "Lists the stored manifests.", [], _ => new Listing("manifests", "manifests", "last_hash"),
        Column.At("hash"), Column.At("kind"), Column.At("dataset_count", "datasets"));
}
