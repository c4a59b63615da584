using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.Query.Sql;

/// <summary>A table as a query names it.</summary>
/// <param name="Namespace">Namespace of its dataset.</param>
/// <param name="Dataset">Name of its dataset.</param>
/// <param name="Revision">Version, <c>latest</c>, <c>dev</c> or manifest hash; null when the query does not say.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Schema">What stands before the table in the query, which is the name of its schema in the engine.</param>
internal sealed record TableReference(string Namespace, string Dataset, string? Revision, string Table, string Schema)
{
    public const string DefaultNamespace = "_";

    public const string Catalog = "amp";

    /// <summary>Schemas and catalogs that every engine has; of a dataset with such a name it would not be clear which is meant.</summary>
    private static readonly HashSet<string> _ofEngine = new(EngineName.Comparer) { "main", "pg_catalog", "information_schema", Catalog, "memory", "temp", "system" };

    public string Display => $"\"{Schema}\".{Table}";

    /// <summary>The fault of a table that is not there.</summary>
    public AmpException Unknown(string reason) => new(ErrorCode.TableNotFoundError, $"Table {Display} is not known: {reason}.");

    /// <summary>Its columns, of the tables that its dataset has.</summary>
    public Schema ColumnsIn(IReadOnlyDictionary<string, Schema> tables) => tables.TryGetValue(Table, out var columns)
        ? columns
        : throw Unknown($"the dataset has {string.Join(", ", tables.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>Reads <c>ns/name</c>, <c>ns/name@revision</c>, <c>name</c> or <c>name@revision</c>.</summary>
    public static TableReference Parse(string catalog, string schema, string table)
    {
        if (schema.Length == 0)
            throw new AmpException(ErrorCode.TableNotFoundError, $"Table \"{table}\" is not known: write its dataset before it, as in \"namespace/name\".{table}.");
        if (catalog.Length > 0 && catalog != Catalog)
            throw new AmpException(ErrorCode.TableNotFoundError, $"Catalog \"{catalog}\" of table \"{schema}\".{table} is not known: there is only {Catalog}.");
        var at = schema.IndexOf('@', StringComparison.Ordinal);
        var path = at < 0 ? schema : schema[..at];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (_ofEngine.Contains(schema))
            throw new AmpException(ErrorCode.TableNotFoundError, $"\"{schema}\" is a name of the engine's own: write \"{DefaultNamespace}/{schema}\".{table} for the dataset of that name.");
        return new TableReference(
            slash < 0 ? DefaultNamespace : path[..slash], path[(slash + 1)..], at < 0 ? null : schema[(at + 1)..], table, schema);
    }
}
