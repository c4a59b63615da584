using System.CommandLine;

namespace Amp.Ctl.Commands.Lake;

/// <summary><c>ampctl lake restore</c>: the catalogue anew from the lake alone.</summary>
internal static class RestoreLake
{
    public static Command Create() => AdminCommand.Create(
        "restore", "Registers every dataset that was ever extracted to the lake, with its versions and files; what is registered stays as it is.", [], RunAsync);

    private static async Task RunAsync(CommandRun run)
    {
        var answer = await run.Client.PostAsync("catalog/restore", body: null, run.Ct);
        await run.Screen.ShowAsync(answer, console =>
        {
            foreach (var dataset in answer.GetProperty("datasets").EnumerateArray())
            {
                RestoredTables.Show(
                    console,
                    $"{dataset.GetProperty("namespace")}/{dataset.GetProperty("name")} {string.Join(", ", dataset.GetProperty("tags").EnumerateArray().Select(t => t.GetString()))}",
                    dataset.GetProperty("tables"));
            }

            RestoredTables.ShowProblems(console, answer.GetProperty("problems"));
        });
        RestoredTables.RequireAll(
            [answer.GetProperty("problems"), .. answer.GetProperty("datasets").EnumerateArray().SelectMany(d => d.GetProperty("tables").EnumerateArray()).Select(t => t.GetProperty("problems"))]);
    }
}
