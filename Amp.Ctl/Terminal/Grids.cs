using System.Text.Json;
using Amp.Ctl.Api;
using Spectre.Console;

namespace Amp.Ctl.Terminal;

/// <summary>How answers look to people.</summary>
internal static class Grids
{
    /// <summary>Words of states, coloured by what they ask of who reads them.</summary>
    private static readonly Dictionary<string, string> _colours = new(StringComparer.Ordinal)
    {
        ["RUNNING"] = "green", ["COMPLETED"] = "green", ["true"] = "green",
        ["SCHEDULED"] = "yellow", ["STOP_REQUESTED"] = "yellow", ["STOPPING"] = "yellow",
        ["ERROR"] = "red", ["FATAL"] = "red", ["LEASE_EXPIRED"] = "red", ["REORGANISED"] = "yellow",
    };

    public static Table Of(IEnumerable<JsonElement> items, params IReadOnlyList<Column> columns)
    {
        var table = Of(columns.Select(c => c.Header));
        foreach (var item in items)
            table.AddRow([.. columns.Select(c => Cell(c.Text(item)))]);
        return table;
    }

    public static Table Of(IEnumerable<string> headers)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var header in headers)
            table.AddColumn(new TableColumn($"[bold]{Escape(header)}[/]"));
        return table;
    }

    /// <summary>The members of one object, one below the other.</summary>
    public static Grid Of(JsonElement item)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var member in item.EnumerateObject())
            grid.AddRow($"[bold]{Escape(member.Name.Replace('_', ' '))}[/]", Cell(item.Text(member.Name)));
        return grid;
    }

    public static string Escape(string text) => Markup.Escape(Printable.Of(text));

    private static string Cell(string text) => text is "True" or "False"
        ? Cell(text.ToLowerInvariant())
        : _colours.TryGetValue(text, out var colour) ? $"[{colour}]{text}[/]" : Escape(text);
}
