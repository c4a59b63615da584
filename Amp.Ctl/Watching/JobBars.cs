using System.Text.Json;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;
using Spectre.Console;

namespace Amp.Ctl.Watching;

/// <summary>A job's progress for people: a live bar a table.</summary>
internal sealed class JobBars(IAnsiConsole console, ProgressContext progress)
{
    private readonly Dictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);
    private string? _said;

    public static Progress Over(IAnsiConsole console) =>
        console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new BlocksColumn());

    public void Show(JsonElement answer)
    {
        // Of states, those that say why are worth a line of their own.
        if (JobWatch.Reason(answer) is { Length: > 0 } reason && reason != _said)
        {
            console.MarkupLineInterpolated($"[yellow]{answer.Text("job_status")}{Printable.Of(reason)}[/]");
            _said = reason;
        }

        var all = answer.Number("target_block") is { } last && answer.Number("start_block") is { } first && last >= first ? last - first + 1 : (ulong?)null;
        foreach (var table in answer.GetProperty("tables").EnumerateObject())
        {
            if (!_bars.TryGetValue(table.Name, out var bar))
                _bars[table.Name] = bar = progress.AddTask(Grids.Escape(table.Name));

            var done = table.Value.Number("blocks_done") ?? 0;
            bar.State.Update<BarState>(BarState.Key, _ => new BarState(done, all, BarFacts.Of(table.Value).Pace));
            bar.MaxValue = Math.Max(1, all ?? 1);
            bar.Value = all is null ? 0 : Math.Min(done, all.Value);
        }
    }
}
