using System.CommandLine;
using Amp.Ctl.Arguments;
using Amp.Ctl.Querying;
using Amp.ServiceDefaults;

namespace Amp.Ctl.Commands.Query;

/// <summary><c>ampctl query "SQL"</c>: asks a server, and shows or keeps the rows as they come.</summary>
internal static class QueryCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("sql") { HelpName = "SQL", Description = "One SELECT; - reads it from the standard input." };
        var format = new Option<string?>("--format") { Description = "table in a terminal, else jsonl, unless this says otherwise; parquet needs --output." };
        format.AcceptOnlyFromAmong(RowFormats.Table, RowFormats.JsonLines, RowFormats.Csv, RowFormats.Parquet);
        var output = OutputFile.Option();
        var command = new Command("query", "Asks a server over Arrow Flight.") { sql, format, output, GlobalOptions.ServerUrl };
        command.SetAction(async (parsed, ct) =>
        {
            var text = parsed.GetRequiredValue(sql);
            var query = new FlightQuery(GlobalOptions.Server(parsed), GlobalOptions.Token(parsed), text == "-" ? await SourceArgument.ReadAsync(text, ct) : text);
            var screen = GlobalOptions.Screen(parsed);
            var path = parsed.GetValue(output);
            var chosen = parsed.GetValue(format) ?? (screen.Terminal is null || path is not null ? RowFormats.JsonLines : RowFormats.Table);
            if (path is null && chosen == RowFormats.Parquet)
                throw new UsageException("--format parquet needs --output FILE");
            if (path is not null && chosen == RowFormats.Table)
                throw new UsageException("--format table is for a screen: with --output, jsonl, csv or parquet is needed");

            if (path is null)
                await StandardOutput.WriteAsync(stream => query.RunAsync(schema => RowFormats.Create(chosen, schema, stream), ct));
            else
                await OutputFile.WriteAsync(path, aside => query.RunAsync(schema => RowFormats.Create(chosen, schema, aside), ct));
            return AmpProgram.Success;
        });
        return command;
    }
}
