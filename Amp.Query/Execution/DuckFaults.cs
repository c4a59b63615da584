using System.Text.RegularExpressions;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>DuckDB's errors in our words: which code a client sees.</summary>
internal static partial class DuckFaults
{
    /// <summary>For errors that come with their kind, those of a running query.</summary>
    public static AmpException FromType(DuckDBErrorType type, string text) => new(CodeOf(type, text), Clean(text));

    /// <summary>For errors that are text alone, those of preparing; DuckDB begins them with their kind.</summary>
    public static AmpException FromText(string text) => new(CodeOf(KindOf(text), text), Clean(text));

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

    /// <summary>Without DuckDB's hints to statements that users cannot run, and without paths of this machine.</summary>
    private static string Clean(string text)
    {
        // DuckDB shows the SQL around a mistake: the user's own is of use, that of our views names files.
        var shown = text.IndexOf("\n\nLINE ", StringComparison.Ordinal);
        if (shown >= 0 && text.AsSpan(shown).Contains("read_parquet(", StringComparison.Ordinal))
            text = text[..shown];
        return QuotedPath().Replace(text, "the table's file").Trim();
    }

    [GeneratedRegex("\"/[^\"\n]*\"|'/[^'\n]*'", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedPath();
}
