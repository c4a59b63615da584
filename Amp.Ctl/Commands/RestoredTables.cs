using System.Globalization;
using System.Text.Json;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;
using Amp.Shared.Faults;
using Spectre.Console;

namespace Amp.Ctl.Commands;

/// <summary>What a restoration registered, as people read it.</summary>
internal static class RestoredTables
{
    /// <summary>What was left out is no success.</summary>
    public static void RequireAll(IEnumerable<JsonElement> problems)
    {
        var leftOut = problems.Sum(p => p.GetArrayLength());
        if (leftOut > 0)
            throw new AmpException(ErrorCode.ObjectStoreError, string.Create(CultureInfo.InvariantCulture, $"{leftOut} files were left out; all else is registered"));
    }

    public static void Show(IAnsiConsole console, string title, JsonElement tables)
    {
        console.Write(Grids.Of(
            tables.EnumerateArray(), Column.At("table_name", "table"), Column.At("total_files", "files"), Column.At("registered_files", "registered"), Column.At("url", "folder")).Title(Grids.Escape(title)));
        foreach (var table in tables.EnumerateArray())
            ShowProblems(console, table.GetProperty("problems"));
    }

    public static void ShowProblems(IAnsiConsole console, JsonElement problems)
    {
        foreach (var problem in problems.EnumerateArray())
            console.MarkupLineInterpolated($"[red]{Printable.Of($"{problem.GetProperty("file")}: {problem.GetProperty("reason")}")}[/]");
    }
}
