using Apache.Arrow;
using Spectre.Console;

namespace Amp.Ctl.Querying;

/// <summary>The formats of <c>ampctl query</c>.</summary>
internal static class RowFormats
{
    public const string Table = "table";
    public const string JsonLines = "jsonl";
    public const string Csv = "csv";
    public const string Parquet = "parquet";

    /// <summary>Into a stream, which stays open.</summary>
    public static IRowFormat Create(string format, Schema schema, Stream stream) => format switch
    {
        Csv => new CsvRows(schema, stream, leaveOpen: true),
        Table => new TableRows(schema, AnsiConsole.Console),
        _ => new JsonLinesRows(schema, stream, leaveOpen: true),
    };

    /// <summary>Into a new file.</summary>
    public static IRowFormat Create(string format, Schema schema, string path) => format switch
    {
        Csv => new CsvRows(schema, File.Create(path), leaveOpen: false),
        Parquet => new ParquetRows(schema, path),
        _ => new JsonLinesRows(schema, File.Create(path), leaveOpen: false),
    };
}
