using System.Text.Json;
using Amp.Ctl.Api;
using Amp.Ctl.Commands;
using Amp.Ctl.Querying;
using Amp.Ctl.Terminal;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Spectre.Console;

namespace Amp.Ctl.Watching;

/// <summary>How far a job is: once, or until it ends.</summary>
internal static class JobWatch
{
    public static string Path(long job) => ApiPath.Of($"jobs/{job}/progress");

    /// <summary>Watches a job to its end. An end by Ctrl-C is none of the job, and no failure.</summary>
    /// <exception cref="AmpException">The job ended otherwise than COMPLETED.</exception>
    public static async Task RunAsync(CommandRun run, long job)
    {
        JsonElement? seen = null;
        try
        {
            if (run.Screen.Terminal is { } terminal)
                seen = await JobBars.Over(terminal).StartAsync(progress => FollowAsync(run, job, new JobBars(terminal, progress).Show));
            else
                await StandardOutput.WriteAsync(async output => seen = await FollowAsync(run, job, new JobLines(output).Show));
        }
        catch (OperationCanceledException) when (run.Ct.IsCancellationRequested)
        {
            run.Screen.Terminal?.MarkupLineInterpolated($"[grey]job {job} goes on; 'ampctl job stop {job}' stops it[/]");
            return;
        }

        if (seen is not { } last)
            return;
        var status = last.Text("job_status");
        if (status != JobStatus.Completed.ToWord())
            throw new AmpException(ErrorCode.ExecutionError, $"job {job} is {status}{Reason(last)}");
        run.Screen.Terminal?.MarkupLineInterpolated($"[green]job {job} is {status}[/]");
    }

    /// <summary>Shows one answer to people.</summary>
    public static void Show(IAnsiConsole console, JsonElement progress)
    {
        var target = progress.Text("target_block") is { Length: > 0 } block ? $", up to block {block}" : "";
        console.MarkupLineInterpolated($"job {progress.Text("job_id")} is {progress.Text("job_status")}: {progress.Text("blocks_done")} blocks are there{target}, {BarFacts.Of(progress).Pace}{Printable.Of(Reason(progress))}");
        var tables = Grids.Of(["table", "first block", "last block", "files", "bytes"]);
        foreach (var table in progress.GetProperty("tables").EnumerateObject())
            tables.AddRow([.. new[] { table.Name, table.Value.Text("start_block"), table.Value.Text("current_block"), table.Value.Text("files_count"), table.Value.Text("total_size_bytes") }.Select(Grids.Escape)]);
        console.Write(tables);
        if (progress.GetProperty("ranges").GetArrayLength() > 0)
            console.Write(Grids.Of(progress.GetProperty("ranges").EnumerateArray(), Column.At("start"), Column.At("end"), Column.At("next_block"), Column.At("state"), Column.At("node_id", "worker")));
    }

    /// <summary>Why a job is in ERROR or FATAL.</summary>
    public static string Reason(JsonElement progress) => progress.Text("detail.message") is { Length: > 0 } message ? $": {progress.Text("detail.error_code")}: {message}" : "";

    private static Task<JsonElement> FollowAsync(CommandRun run, long job, Action<JsonElement> see) => Polling.UntilAsync(
        run.Client, Path(job), see, answer => JobStatusText.TryParse(answer.Text("job_status"), out var status) && JobTransitions.Terminal.Contains(status), run.Ct);
}
