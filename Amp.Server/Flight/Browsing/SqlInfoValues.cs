using System.Reflection;
using Apache.Arrow;

namespace Amp.Server.Flight.Browsing;

/// <summary>
/// What CommandGetSqlInfo tells of this server, by the numbers that Flight SQL gives to its questions. Text, truth values, 64-bit
/// counts, 32-bit numbers and bit masks, lists of text: the type of a value is its question's. Zero is "no limit, or none that is known".
/// </summary>
internal static class SqlInfoValues
{
    /// <summary>The number of the one question whose answer is a map: which types the JDBC escape CONVERT takes, and there is none.</summary>
    public const uint SupportsConvert = 517;

    private static readonly string[] _none = [];

    public static SortedDictionary<uint, object> All { get; } = new()
    {
        // The server: name, version, Arrow version, read-only, SQL, Substrait, transactions, cancelling, ingestion, timeouts of handles.
        [0] = "Amp for .NET",
        [1] = VersionOf(typeof(SqlInfoValues)),
        [2] = VersionOf(typeof(RecordBatch)),
        [3] = true,
        [4] = true,
        [5] = false,
        [8] = 0,
        [9] = false,
        [10] = false,
        [11] = false,
        [100] = 0,
        [101] = 0,

        // DDL of catalogs, schemas and tables; names: case is folded in columns and not in datasets and tables, so nothing is promised.
        [500] = false,
        [501] = false,
        [502] = false,
        [503] = 0,
        [504] = "\"",
        [505] = 0,
        [506] = true,

        // Nulls are the largest values: last when ascending, first when descending.
        [507] = 0,
        [508] = _none,
        [509] = _none,
        [510] = _none,
        [511] = _none,
        [512] = _none,
        [513] = NamePattern.Escape,
        [514] = "",

        // Aliases, nulls in concatenations, names of tables within a query, ORDER BY and GROUP BY, LIKE ESCAPE, columns without nulls.
        [515] = true,
        [516] = true,
        [518] = true,
        [519] = false,
        [520] = true,
        [521] = true,
        [522] = 0b11,
        [523] = true,
        [524] = true,

        // The smallest grammars of ODBC and of SQL-92, which are those of queries; all outer joins.
        [525] = 0b1,
        [526] = 0b1,
        [527] = false,
        [528] = 2,
        [529] = "dataset",
        [530] = "",
        [531] = "catalog",
        [532] = true,
        [533] = 0,
        [534] = 0,
        [535] = 0,
        [536] = false,
        [537] = false,
        [538] = 0b1111,
        [539] = true,
        [540] = 0b11,

        // Largest sizes and numbers.
        [541] = 0L,
        [542] = 0L,
        [543] = 0L,
        [544] = 0L,
        [545] = 0L,
        [546] = 0L,
        [547] = 0L,
        [548] = 0L,
        [549] = 0L,
        [550] = 0L,
        [551] = 0L,
        [552] = 0L,
        [553] = 0L,
        [554] = 0L,
        [555] = 0L,
        [556] = true,
        [557] = 0L,
        [558] = 0L,
        [559] = 0L,
        [560] = 0L,
        [561] = 0L,

        // No transactions; results are read once, forward.
        [562] = 0,
        [563] = false,
        [564] = 0b1,
        [565] = false,
        [566] = false,
        [567] = 0b10,
        [568] = 0,
        [569] = 0b10,
        [570] = 0,
        [571] = 0,
        [572] = false,
        [573] = false,
        [574] = false,
        [575] = false,
        [576] = false,
    };

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? type.Assembly.GetName().Version!.ToString();
}
