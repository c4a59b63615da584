using System.CommandLine;
using Amp.Ctl.Api;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table register DATASET TABLE PATH</c></summary>
internal static class RegisterRevision
{
    public static Command Create()
    {
        var table = TableName.Create();
        var path = new Argument<string>("path") { HelpName = "PATH", Description = "A folder of the lake, relative to data_dir." };
        return AdminCommand.Create("register", "Registers a folder of the lake as a revision of a table; restore and activate it then.", [table.Dataset, table.Table, path], async run =>
        {
            var body = table.Body(run);
            body["path"] = run.Value(path);
            var answer = await run.Client.PostAsync("revisions", body, run.Ct);
            await run.Screen.SayAsync(answer, $"{run.Value(path)} is revision {answer.Text("location_id")} of {table.Text(run)}");
        });
    }
}
