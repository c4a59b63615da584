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

        var target = answer.Number("target_block");
        foreach (var table in answer.GetProperty("tables").EnumerateObject())
        {
            if (!_bars.TryGetValue(table.Name, out var bar))
                _bars[table.Name] = bar = progress.AddTask(Grids.Escape(table.Name));

            // The tables of a range are registered together; a chain with holes, while ranges are worked on side by side, is ahead of its contiguous part.
            var (first, last) = (table.Value.Number("start_block"), table.Value.Number("current_block"));
            var chain = first is { } f && last is { } l ? l - f + 1 : 0;
            var done = Math.Max(chain, answer.Number("blocks_done") ?? 0);
            var all = Wanted(answer, first, target, done);
            bar.State.Update<BarState>(BarState.Key, _ => new BarState(done, all, BarFacts.Of(answer).Pace));
            bar.MaxValue = Math.Max(1, all ?? 1);
            bar.Value = all is null ? 0 : Math.Min(done, all.Value);
        }
    }

    /// <summary>How many blocks the job is to have; null before that is known.</summary>
    private static ulong? Wanted(JsonElement answer, ulong? first, ulong? target, ulong done)
    {
        var start = first ?? (answer.GetProperty("ranges") is var ranges && ranges.GetArrayLength() > 0 ? ranges.EnumerateArray().Min(r => r.Number("start")) : null);
        return target is { } end && start is { } begin && end >= begin ? Math.Max(end - begin + 1, done) : null;
    }
}
