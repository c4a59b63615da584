using Amp.Ctl.Terminal;
using Apache.Arrow;
using Apache.Arrow.Types;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace Amp.Ctl.Querying;

/// <summary>Tables for people, of so many rows each that their widths can be reckoned and memory stays small.</summary>
internal sealed class TableRows(Schema schema, IAnsiConsole console) : IRowFormat
{
    private const int RowsATable = 1000;

    // A hash of 32 bytes is shown whole.
    private const int ShownCharacters = 66;

    private readonly RowTexts _texts = new(schema);
    private Table? _table;
    private long _rows;

    public Task WriteAsync(RecordBatch batch, CancellationToken ct)
    {
        _texts.Each(batch, row =>
        {
            _table ??= Start();
            _table.AddRow([.. row.Select(Cell)]);
            _rows++;
            if (_table.Rows.Count == RowsATable)
                Show();
        });
        return Task.CompletedTask;
    }

    public Task EndAsync(CancellationToken ct)
    {
        if (_rows == 0)
            _table = Start();
        Show();
        console.MarkupLineInterpolated($"[grey]{_rows} {(_rows == 1 ? "row" : "rows")}[/]");
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }

    private Table Start()
    {
        var table = Grids.Of(schema.FieldsList.Select(f => f.Name));
        for (var i = 0; i < schema.FieldsList.Count; i++)
        {
            if (schema.FieldsList[i].DataType is NumberType or Decimal128Type)
                table.Columns[i].RightAligned();
        }

        return table;
    }

    private void Show()
    {
        if (_table is not null)
            console.Write(_table);
        _table = null;
    }

    private static string Cell(string? text) =>
        text is null ? "" : Grids.Escape(text.Length > ShownCharacters ? text[..(ShownCharacters - 1)] + "…" : text);
}
