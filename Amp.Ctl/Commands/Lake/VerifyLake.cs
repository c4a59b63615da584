using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amp.ServiceDefaults;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Spectre.Console;

namespace Amp.Ctl.Commands.Lake;

/// <summary><c>ampctl lake verify DATASET</c>: asks for a verification, shows how far it is, and tells what it found. Exit code 1 when something is wrong.</summary>
internal static class VerifyLake
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>A controller that starts anew, or another one behind the same address, goes on with the verification.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        var command = new Command("verify", "Compares every file of a dataset version with the catalogue: sizes, footers, the chain without gaps; changes nothing.") { dataset };
        command.SetAction((parsed, ct) => RunAsync(parsed, parsed.GetRequiredValue(dataset), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, DatasetReference dataset, CancellationToken ct)
    {
        using var client = GlobalOptions.Client(parsed);
        var screen = GlobalOptions.Screen(parsed);
        var id = (await client.PostAsync(DatasetArgument.Path(dataset, "verify"), ct)).GetProperty("verification_id").GetInt64();
        var done = screen.Terminal is { } terminal
            ? await terminal.Progress().StartAsync(p => WatchAsync(client, id, p.AddTask(Markup.Escape(dataset.ToString())), ct))
            : await WatchAsync(client, id, bar: null, ct);
        if (!done.TryGetProperty("report", out var report))
            throw new AdminRefusal($"{done.GetProperty("error_code")}: {done.GetProperty("error_message")}");
        await screen.ShowAsync(done, console => Show(console, report));
        var problems = report.GetProperty("problems").GetArrayLength() + report.GetProperty("tables").EnumerateArray().Sum(t => t.GetProperty("problems_count").GetInt32());
        return problems == 0
            ? AmpProgram.Success
            : throw new AmpException(ErrorCode.ExecutionError, string.Create(CultureInfo.InvariantCulture, $"the lake of {dataset} is not whole: {problems} problems"));
    }

    /// <returns>The verification once it has ended.</returns>
    private static async Task<JsonElement> WatchAsync(AdminClient client, long id, ProgressTask? bar, CancellationToken ct)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"verifications/{id}");
        var answered = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var now = await client.GetAsync(path, ct);
                answered = Stopwatch.GetTimestamp();
                Move(bar, now);
                if (now.TryGetProperty("ended_at", out _))
                    return now;
            }
            catch (RetryableException) when (Stopwatch.GetElapsedTime(answered) < _patience)
            {
                // It is asked again.
            }

            await Task.Delay(_interval, ct);
        }
    }

    private static void Move(ProgressTask? bar, JsonElement now)
    {
        if (bar is null || !now.TryGetProperty("files_count", out var files))
            return;
        bar.MaxValue = Math.Max(1, files.GetInt64());
        bar.Value = files.GetInt64() == 0 ? 1 : now.GetProperty("checked_count").GetInt64();
    }

    private static void Show(IAnsiConsole console, JsonElement report)
    {
        var tables = new Table().AddColumns("table", "files", "blocks", "problems");
        foreach (var table in report.GetProperty("tables").EnumerateArray())
        {
            var blocks = table.TryGetProperty("blocks", out var range) ? $"{range.GetProperty("start")} to {range.GetProperty("end")}" : "none";
            tables.AddRow([.. new[] { $"{table.GetProperty("table_name")}", $"{table.GetProperty("files_count")}", blocks, $"{table.GetProperty("problems_count")}" }.Select(Markup.Escape)]);
        }

        console.Write(tables);
        ShowProblems(console, "", report.GetProperty("problems"));
        foreach (var table in report.GetProperty("tables").EnumerateArray())
            ShowProblems(console, $"{table.GetProperty("table_name")}: ", table.GetProperty("problems"));
        if (report.GetProperty("whole").GetBoolean())
            console.MarkupLine("[green]whole[/]");
    }

    private static void ShowProblems(IAnsiConsole console, string where, JsonElement problems)
    {
        foreach (var problem in problems.EnumerateArray())
        {
            var file = problem.TryGetProperty("file", out var name) ? $"{name}: " : "";
            console.MarkupLineInterpolated($"[red]{where}{file}{problem.GetProperty("reason")}[/]");
            console.MarkupLineInterpolated($"  {problem.GetProperty("mend")}");
        }
    }
}
