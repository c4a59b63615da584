using System.Buffers;
using System.Globalization;
using Amp.Query.Catalog;
using Amp.Query.Functions;
using Amp.Query.Sql;
using Amp.Query.Sql.Dialect;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>
/// A DuckDB of its own for one query at a time: its memory limit is that query's, its names are that query's. It can open
/// files of the lake and nothing else, and its configuration is locked before it sees SQL of a user.
/// </summary>
internal sealed class DuckInstance : IDisposable
{
    /// <summary>The unit separator, which stands in no path of a store.</summary>
    private const string PathSeparator = "\u001f";

    private const int MaxFunctions = 200;

    private static readonly SearchValues<char> _special = SearchValues.Create("*?[");

    private readonly DuckDBDatabase _database;
    private readonly DuckFaults _faults;
    private readonly HashSet<string> _schemas = new(EngineName.Comparer);
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Signature), string> _functions = [];

    public DuckInstance(QueryLimits limits)
    {
        if (NativeMethods.Startup.DuckDBOpen(":memory:", out _database) != DuckDBState.Success)
            throw new AmpException(ErrorCode.InternalError, "The query engine could not be started.");
        Connection = new DuckConnection(_database, _faults = new DuckFaults(limits));
        Connection.Execute(Configuration(limits));
        foreach (var (name, function) in EvmFunctions.Plain)
            Connection.Register(name, function);
        Connection.Execute(DialectMacros.Sql);
    }

    public DuckConnection Connection { get; }

    /// <summary>Whether a new instance should take its place: it knows many functions, which cannot be forgotten, or has failed within itself.</summary>
    public bool IsSpent => _functions.Count > MaxFunctions || _faults.HasFailed;

    /// <summary>Ends when the last call into the engine has.</summary>
    public Task Busy { get; set; } = Task.CompletedTask;

    /// <summary>Makes a view of this query; it is gone after <see cref="Clear"/>.</summary>
    public void CreateView(ViewDefinition view)
    {
        if (_schemas.Add(view.Schema))
            Connection.Execute($"CREATE SCHEMA {EngineName.Quoted(view.Schema)}");
        Connection.Execute(view.Sql);
    }

    /// <summary>What the engine calls a function that is made for a signature.</summary>
    public string FunctionFor(string name, string signature)
    {
        if (_functions.TryGetValue((name, signature), out var known))
            return known;
        var function = EvmFunctions.Compile(name, signature);
        var called = string.Create(CultureInfo.InvariantCulture, $"{name}__{_functions.Count:D4}");
        Connection.Register(called, function);
        _functions.Add((name, signature), called);
        return called;
    }

    /// <summary>Prepares a query; faults call functions as users do.</summary>
    public DuckStatement Prepare(string sql)
    {
        try
        {
            return Connection.Prepare(sql);
        }
        catch (AmpException e) when (!e.IsRetryable && AsWritten(e.Message) is var told && told != e.Message)
        {
            throw new AmpException(e.Code, told, e.InnerException);
        }
    }

    /// <summary>A text of the engine's, such as the name of a column, with functions called as users call them.</summary>
    public string AsWritten(string text)
    {
        if (text.Contains("__", StringComparison.Ordinal))
        {
            foreach (var ((name, _), called) in _functions)
                text = text.Replace(called, name, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Names the files of a list; statements that are prepared from now on read them.</summary>
    public void SetFiles(string variable, IReadOnlyList<SnapshotFile> files)
    {
        _variables.Add(variable);
        Connection.Execute($"SET VARIABLE {variable} = string_split({Literal(string.Join(PathSeparator, files.Select(f => Verbatim(f.Path))))}, {Literal(PathSeparator)})");
    }

    /// <summary>Makes ready for the next query.</summary>
    public void Clear()
    {
        foreach (var schema in _schemas)
            Connection.Execute($"DROP SCHEMA {EngineName.Quoted(schema)} CASCADE");
        foreach (var variable in _variables)
            Connection.Execute($"RESET VARIABLE {variable}");
        _schemas.Clear();
        _variables.Clear();
    }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
    }

    private static string Configuration(QueryLimits limits)
    {
        // What is asked for is compared as it is written, what is opened as it is called.
        var folders = string.Join(", ", limits.DataFolders.SelectMany(f => (string[])[f, Verbatim(f)]).Distinct(StringComparer.Ordinal).Select(Literal));
        return string.Create(CultureInfo.InvariantCulture, $"""
            ATTACH ':memory:' AS amp;
            USE amp;
            SET threads = {limits.Threads};
            SET memory_limit = '{limits.MemoryOfOneQueryMb}MiB';
            SET temp_directory = {Literal(limits.SpillFolder ?? "")};
            SET TimeZone = 'UTC';
            SET Calendar = 'gregorian';
            SET integer_division = true;
            SET default_null_order = 'nulls_last_on_asc_first_on_desc';
            SET preserve_insertion_order = true;
            SET parquet_metadata_cache = true;
            SET enable_external_file_cache = false;
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET allow_community_extensions = false;
            SET enable_logging = false;
            SET allowed_directories = [{folders}];
            SET enable_external_access = false;
            SET lock_configuration = true;
            """);
    }

    /// <summary>Paths are patterns to the engine; each of its special characters, in brackets, is itself.</summary>
    private static string Verbatim(string path) => path.AsSpan().IndexOfAny(_special) < 0
        ? path
        : string.Concat(path.Select(c => _special.Contains(c) ? $"[{c}]" : c.ToString()));

    private static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
