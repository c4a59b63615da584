using System.CommandLine;

namespace Amp.Ctl.Commands.Lake;

/// <summary><c>ampctl lake restore</c>: the catalogue anew from the lake alone.</summary>
internal static class RestoreLake
{
    public static Command Create()
    {
        var command = new Command("restore", "Registers every dataset that was ever extracted to the lake, with its versions and files; what is registered stays as it is.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var client = GlobalOptions.Client(parsed);
        var answer = await client.PostAsync("catalog/restore", ct);
        await GlobalOptions.Screen(parsed).ShowAsync(answer, console =>
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
        return RestoredTables.ExitCode(
            [answer.GetProperty("problems"), .. answer.GetProperty("datasets").EnumerateArray().SelectMany(d => d.GetProperty("tables").EnumerateArray()).Select(t => t.GetProperty("problems"))]);
    }
}
