using System.CommandLine;
using Amp.Ctl.Api;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest prune</c></summary>
internal static class PruneManifests
{
    public static Command Create() => AdminCommand.Create("prune", "Deletes all manifests that no dataset links to.", [], async run =>
    {
        var answer = await run.Client.SendAsync(HttpMethod.Delete, "manifests", body: null, run.Ct);
        await run.Screen.SayAsync(answer, $"{answer.Text("deleted_count")} manifests are deleted");
    });
}
