using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest register FILE</c></summary>
internal static class RegisterManifest
{
    public static Command Create()
    {
        var manifest = SourceArgument.Create("manifest", "The manifest");
        return AdminCommand.Create("register", "Stores a manifest without a dataset, and tells its hash.", [manifest], async run =>
        {
            var answer = await run.Client.PostAsync("manifests", await SourceArgument.ReadJsonAsync(run.Value(manifest), run.Ct), run.Ct);
            await run.Screen.SayAsync(answer, $"{answer.Text("hash")} is stored");
        });
    }
}
