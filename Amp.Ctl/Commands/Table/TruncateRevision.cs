using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table truncate ID</c></summary>
internal static class TruncateRevision
{
    public static Command Create()
    {
        var revision = IdArgument.Revision();
        var concurrency = new Option<int?>("--concurrency") { HelpName = "N", Description = "How many files are deleted at once, 1 to 64; 10 by default." };
        return AdminCommand.Create("truncate", "Deletes all files of a revision at once.", [revision, concurrency], async run =>
        {
            var path = $"{RevisionPath.Of(run.Value(revision))}/truncate".With(("concurrency", run.Value(concurrency)));
            var answer = await run.Client.SendAsync(HttpMethod.Delete, path, body: null, run.Ct);
            await run.Screen.SayAsync(answer, $"{answer.Text("files_deleted")} files are deleted");
        });
    }
}
