using System.Globalization;
using System.Text.Json;
using Amp.ServiceDefaults;
using Amp.Shared.Faults;
using Spectre.Console;

namespace Amp.Ctl.Commands;

/// <summary>What a restoration registered, as people read it.</summary>
internal static class RestoredTables
{
    /// <summary>What was left out is no success.</summary>
    public static int ExitCode(IEnumerable<JsonElement> problems)
    {
        var leftOut = problems.Sum(p => p.GetArrayLength());
        return leftOut == 0
            ? AmpProgram.Success
            : throw new AmpException(ErrorCode.ObjectStoreError, string.Create(CultureInfo.InvariantCulture, $"{leftOut} files were left out; all else is registered"));
    }

    public static void Show(IAnsiConsole console, string title, JsonElement tables)
    {
        var shown = new Table().Title(Markup.Escape(title)).AddColumns("table", "files", "registered", "folder");
        foreach (var table in tables.EnumerateArray())
        {
            var cells = new[] { "table_name", "total_files", "registered_files", "url" }.Select(name => table.TryGetProperty(name, out var value) ? value.ToString() : "");
            shown.AddRow([.. cells.Select(Markup.Escape)]);
        }

        console.Write(shown);
        foreach (var table in tables.EnumerateArray())
            ShowProblems(console, table.GetProperty("problems"));
    }

    public static void ShowProblems(IAnsiConsole console, JsonElement problems)
    {
        foreach (var problem in problems.EnumerateArray())
            console.MarkupLineInterpolated($"[red]{problem.GetProperty("file")}: {problem.GetProperty("reason")}[/]");
    }
}
