using Amp.Query.Sql;

namespace Amp.Query.Functions;

/// <summary>docs/functions.md, made from the lists of functions.</summary>
public static class FunctionsPage
{
    public static void Write(TextWriter output)
    {
        output.WriteLine("""
            # Functions

            This page is made from the code by `dotnet run --project Amp.Daemon -- functions > docs/functions.md`; a test compares the two and runs every example.

            ## Functions of chain data

            """);
        foreach (var entry in EvmFunctions.All)
        {
            output.WriteLine($"### `{entry.Call}`");
            output.WriteLine();
            output.WriteLine(entry.Alias is { } alias ? $"{entry.Gives} Also called `{alias}`." : entry.Gives);
            output.WriteLine();
            output.WriteLine("```sql");
            foreach (var (expression, value) in entry.Examples)
                output.WriteLine($"SELECT {expression}; -- {value}");
            output.WriteLine("```");
            output.WriteLine();
        }

        output.WriteLine("""
            How signatures are written and which types come back is told in [querying.md](querying.md).

            ## Functions of the engine

            A query may call these functions of DuckDB, those of other engines that querying.md tells of, and no others; DuckDB's are as [its own pages](https://duckdb.org/docs/stable/sql/functions/overview) say.

            """);
        foreach (var (title, names) in AllowedFunctions.Groups)
        {
            output.WriteLine($"**{title}**: {string.Join(", ", names.Where(IsName).Order(StringComparer.Ordinal).Select(n => $"`{n}`"))}");
            output.WriteLine();
        }

        output.WriteLine($"**In FROM**: {string.Join(", ", AllowedFunctions.Tables.Order(StringComparer.Ordinal).Select(n => $"`{n}`"))}");
    }

    /// <summary>The functions of chain data in short: a line each, for the page that the wire itself shows.</summary>
    public static string Summary() => string.Concat(EvmFunctions.All.Select(e => $"  {e.Call}\n"));

    // Operators are functions too, by names that nobody writes.
    private static bool IsName(string name) => char.IsAsciiLetter(name[0]);
}
