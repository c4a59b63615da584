using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table prune ID</c></summary>
internal static class PruneRevision
{
    public static Command Create()
    {
        var revision = IdArgument.Revision();
        var before = new Option<ulong?>("--before-block") { HelpName = "N", Description = "Only files that end before this block." };
        var delay = new Option<ulong?>("--gc-delay-secs") { HelpName = "SECONDS", Description = "How long they are kept for queries that read them; as writer.collector says by default." };
        return AdminCommand.Create("prune", "Hands the files that reorganisations left behind to the collector.", [revision, before, delay], async run =>
        {
            var path = $"{RevisionPath.Of(run.Value(revision))}/prune".With(("before_block", run.Value(before)), ("gc_delay_secs", run.Value(delay)));
            var answer = await run.Client.SendAsync(HttpMethod.Delete, path, body: null, run.Ct);
            await run.Screen.SayAsync(answer, $"{answer.Text("files_scheduled")} files are deleted in {answer.Text("gc_delay_secs")} s");
        });
    }
}
