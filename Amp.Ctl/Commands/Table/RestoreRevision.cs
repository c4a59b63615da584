using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table restore ID</c></summary>
internal static class RestoreRevision
{
    public static Command Create()
    {
        var revision = IdArgument.Revision();
        return AdminCommand.Create("restore", "Registers the files of a revision's folder.", [revision], async run =>
        {
            var answer = await run.Client.PostAsync($"{RevisionPath.Of(run.Value(revision))}/restore", body: null, run.Ct);
            await run.Screen.SayAsync(answer, $"{answer.Text("registered_files")} of {answer.Text("total_files")} files are newly registered");
            if (run.Screen.Terminal is { } terminal)
                RestoredTables.ShowProblems(terminal, answer.GetProperty("problems"));
            RestoredTables.RequireAll([answer.GetProperty("problems")]);
        });
    }
}
