using System.CommandLine;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset restore DATASET</c>: registers the files of a version that lie in the lake.</summary>
internal static class RestoreDataset
{
    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        var command = new Command("restore", "Registers the files of a dataset version that lie in the lake and are not registered.") { dataset };
        command.SetAction(async (parsed, ct) =>
        {
            using var client = GlobalOptions.Client(parsed);
            var asked = parsed.GetRequiredValue(dataset);
            var answer = await client.PostAsync(DatasetArgument.Path(asked, "restore"), ct);
            await GlobalOptions.Screen(parsed).ShowAsync(answer, console => RestoredTables.Show(console, asked.ToString(), answer.GetProperty("tables")));
            return RestoredTables.ExitCode(answer.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("problems")));
        });
        return command;
    }
}
