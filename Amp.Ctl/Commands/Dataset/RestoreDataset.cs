using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset restore DATASET</c>: registers the files of a version that lie in the lake.</summary>
internal static class RestoreDataset
{
    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        return AdminCommand.Create("restore", "Registers the files of a dataset version that lie in the lake and are not registered.", [dataset], async run =>
        {
            var answer = await run.Client.PostAsync($"{ApiPath.Of(run.Value(dataset))}/restore", body: null, run.Ct);
            await run.Screen.ShowAsync(answer, console => RestoredTables.Show(console, run.Value(dataset).ToString(), answer.GetProperty("tables")));
            RestoredTables.RequireAll(answer.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("problems")));
        });
    }
}
