using System.Text.Json;
using Amp.Ctl.Api;
using Spectre.Console;

namespace Amp.Ctl.Terminal;

/// <summary>How answers look to people.</summary>
internal static class Grids
{
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

    /// <summary>States are coloured by what they ask of who reads them.</summary>
    private static string Cell(string text) => text switch
    {
        "True" => "[green]true[/]",
        "False" => "false",
        "RUNNING" or "COMPLETED" => $"[green]{text}[/]",
        "SCHEDULED" or "STOP_REQUESTED" or "STOPPING" or "REORGANISED" => $"[yellow]{text}[/]",
        "ERROR" or "FATAL" or "LEASE_EXPIRED" => $"[red]{text}[/]",
        _ => Escape(text),
    };
}
