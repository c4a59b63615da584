using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Spectre.Console;

namespace Amp.Ctl.Commands.Lake;

/// <summary><c>ampctl lake verify DATASET</c>: asks for a verification, shows how far it is, and tells what it found. Exit code 1 when something is wrong.</summary>
internal static class VerifyLake
{
    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        return AdminCommand.Create(
            "verify", "Compares every file of a dataset version with the catalogue: sizes, footers, the chain without gaps; changes nothing.", [dataset],
            run => RunAsync(run, run.Value(dataset)));
    }

    private static async Task RunAsync(CommandRun run, DatasetReference dataset)
    {
        var id = (await run.Client.PostAsync($"{ApiPath.Of(dataset)}/verify", body: null, run.Ct)).GetProperty("verification_id").GetInt64();
        Task<JsonElement> WatchAsync(ProgressTask? bar) =>
            Polling.UntilAsync(run.Client, ApiPath.Of($"verifications/{id}"), now => Move(bar, now), now => now.TryGetProperty("ended_at", out _), run.Ct);
        var done = run.Screen.Terminal is { } terminal
            ? await terminal.Progress().StartAsync(p => WatchAsync(p.AddTask(Markup.Escape(dataset.ToString()))))
            : await WatchAsync(bar: null);
        if (!done.TryGetProperty("report", out var report))
            throw new AdminRefusal($"{done.GetProperty("error_code")}: {done.GetProperty("error_message")}");
        await run.Screen.ShowAsync(done, console => Show(console, report));
        var problems = report.GetProperty("problems").GetArrayLength() + report.GetProperty("tables").EnumerateArray().Sum(t => t.GetProperty("problems_count").GetInt32());
        if (problems > 0)
            throw new AmpException(ErrorCode.ExecutionError, string.Create(CultureInfo.InvariantCulture, $"the lake of {dataset} is not whole: {problems} problems"));
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
        var tables = Grids.Of(
            report.GetProperty("tables").EnumerateArray(),
            Column.At("table_name", "table"),
            Column.At("files_count", "files"),
            new Column("blocks", table => table.TryGetProperty("blocks", out var range) ? $"{range.GetProperty("start")} to {range.GetProperty("end")}" : "none"),
            Column.At("problems_count", "problems"));
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
            console.MarkupLineInterpolated($"[red]{Printable.Of($"{where}{file}{problem.GetProperty("reason")}")}[/]");
            console.MarkupLineInterpolated($"  {Printable.Of(problem.Text("mend"))}");
        }
    }
}
