using System.Globalization;
using System.Text.RegularExpressions;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>DuckDB's errors in our words: which code a client sees, and which of our settings is meant where DuckDB names its own.</summary>
internal sealed partial class DuckFaults(QueryLimits limits)
{
    /// <summary>Whether the engine has failed within itself, so that what it does next may be wrong.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>For errors that come with their kind, those of a running query.</summary>
    public AmpException FromType(DuckDBErrorType type, string text)
    {
        if (type is DuckDBErrorType.Internal or DuckDBErrorType.Fatal)
        {
            HasFailed = true;

            // Its text holds the engine's stack and paths of this machine, which are for the log.
            return new AmpException(ErrorCode.InternalError, "The query engine failed within itself on this query, which another form of it may avoid; the server's log tells the cause.", new InvalidOperationException(text));
        }

        var code = CodeOf(type, text);
        return new AmpException(code, code switch
        {
            ErrorCode.ResourcesExhausted => Memory(),
            ErrorCode.SegmentGone => "A file of a table is gone from the lake, so that rows would be missing: nothing is answered. It may have been replaced while the query ran: send the query again.",
            _ => Clean(text),
        });
    }

    /// <summary>For errors that are text alone, those of preparing; DuckDB begins them with their kind.</summary>
    public AmpException FromText(string text) => FromType(KindOf(text), text);

    /// <summary>Without DuckDB's hints to statements that users cannot run, and without paths of this machine.</summary>
    public static string Clean(string text)
    {
        if (text.Contains("Max expression depth limit", StringComparison.Ordinal))
            return "The query is nested too deeply: at most 1000 levels are read. Long chains of operators count as levels, too: use IN, a list or parentheses.";

        // DuckDB shows the SQL around a mistake: the user's own is of use, that of our views names files.
        var shown = text.IndexOf("\n\nLINE ", StringComparison.Ordinal);
        var (message, sql) = shown < 0 ? (text, "") : (text[..shown], text[shown..]);
        if (sql.Contains("read_parquet(", StringComparison.Ordinal))
            sql = "";
        return QuotedPath().Replace(Hint().Replace(message, "").Trim() + sql, "the table's file").Trim();
    }

    private string Memory() => string.Create(CultureInfo.InvariantCulture, $"""
        The query needs more than its {limits.MemoryOfOneQueryMb} MiB of memory (query_max_mem_mb = {limits.QueryMaxMemMb}, max_mem_mb = {limits.MaxMemMb}, spill_location {(limits.SpillFolder is null ? "is not set" : "is full")}): read or group less, or have the limits raised.
        """);

    private static DuckDBErrorType KindOf(string text) => text.Split(" Error: ", 2) switch
    {
        ["Parser" or "Syntax", _] => DuckDBErrorType.Parser,
        ["Binder" or "Catalog" or "Planner" or "Parameter Not Allowed" or "Parameter Not Resolved", _] => DuckDBErrorType.Binder,
        ["Out of Memory", _] => DuckDBErrorType.OutOfMemory,
        ["IO", _] => DuckDBErrorType.Io,
        ["Not implemented", _] => DuckDBErrorType.NotImplemented,
        ["Invalid Input", _] => DuckDBErrorType.InvalidInput,
        ["Conversion", _] => DuckDBErrorType.Conversion,
        ["Permission", _] => DuckDBErrorType.Permission,
        ["INTERNAL", _] => DuckDBErrorType.Internal,
        ["FATAL", _] => DuckDBErrorType.Fatal,
        ["INTERRUPT", _] => DuckDBErrorType.Interrupt,
        _ => DuckDBErrorType.Invalid,
    };

    private static ErrorCode CodeOf(DuckDBErrorType type, string text) => type switch
    {
        DuckDBErrorType.Parser or DuckDBErrorType.Syntax => ErrorCode.SqlParseError,
        DuckDBErrorType.Binder or DuckDBErrorType.Catalog or DuckDBErrorType.Planner or DuckDBErrorType.Permission
            or DuckDBErrorType.NotImplemented or DuckDBErrorType.ParameterNotAllowed
            or DuckDBErrorType.ParameterNotResolved => ErrorCode.InvalidPlan,
        DuckDBErrorType.OutOfMemory => ErrorCode.ResourcesExhausted,
        DuckDBErrorType.Interrupt => ErrorCode.QueryCancelled,
        DuckDBErrorType.Io when text.Contains("No files found", StringComparison.Ordinal)
            || text.Contains("No such file", StringComparison.Ordinal) => ErrorCode.SegmentGone,
        _ => ErrorCode.ExecutionError,
    };

    // From the sentence or the line with the statement on to the end of the line.
    [GeneratedRegex(@"[^.\n]*\b(SET|PRAGMA|RESET|INSTALL|LOAD)\s+[a-z_]+[^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Hint();

    [GeneratedRegex("\"/[^\"\n]+\"|'/[^/('\n][^'\n]*'", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedPath();
}
