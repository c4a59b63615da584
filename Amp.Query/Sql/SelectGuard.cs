using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>
/// Walks the parse tree of a query and lets pass only what is listed: node, expression and function kinds. Whatever
/// DuckDB learns to do later is refused until it is listed here.
/// </summary>
internal sealed class SelectGuard
{
    private readonly WrittenNames _names;
    private readonly Dictionary<(string Schema, string Table), TableReference> _tables = [];

    private SelectGuard(ParsedQuery query) => _names = new WrittenNames(query.Sql.Text);

    /// <summary>The tables of the catalogue that the query names; throws when the query reaches for anything else.</summary>
    public static IReadOnlyCollection<TableReference> Check(ParsedQuery query)
    {
        var guard = new SelectGuard(query);
        guard.Visit(query.Node, new HashSet<string>());
        return guard._tables.Values;
    }

    private void Visit(JsonElement element, IReadOnlySet<string> ctes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Visit(item, ctes);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            VisitObject(element, ctes);
        }
    }

    private void VisitObject(JsonElement node, IReadOnlySet<string> ctes)
    {
        if (node.TryGetProperty("class", out var expressionClass))
            CheckExpression(node, expressionClass.GetString() ?? "");
        else if (node.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            CheckNode(node, type.GetString() ?? "", ctes);

        // A constant's value and a type's details hold data of the user, not nodes.
        if (node.TryGetProperty("class", out expressionClass) && expressionClass.GetString() == "CONSTANT")
            return;
        if (node.TryGetProperty("cte_map", out var map))
            ctes = VisitCtes(map, ctes);
        foreach (var property in node.EnumerateObject())
        {
            if (property.Name is "cte_map" or "sample")
                continue;
            if (property.Name == "cast_type")
                CheckType(property.Value);
            else
                Visit(property.Value, property.Name == "right" && IsRecursive(node) ? With(ctes, node.Text("cte_name")) : ctes);
        }
    }

    // A CTE sees those before it, and itself only when it is recursive: otherwise its name would shield a system table from the check.
    private IReadOnlySet<string> VisitCtes(JsonElement map, IReadOnlySet<string> outer)
    {
        var scope = outer;
        foreach (var entry in map.GetProperty("map").EnumerateArray())
        {
            var name = entry.Text("key");
            var cte = entry.GetProperty("value");
            CheckNames(cte, "aliases");
            Visit(cte, scope);
            scope = With(scope, name);
        }

        return scope;
    }

    private void CheckNode(JsonElement node, string type, IReadOnlySet<string> ctes)
    {
        switch (type)
        {
            case "BASE_TABLE":
                CheckTable(node, ctes);
                break;
            case "TABLE_FUNCTION":
                CheckTableFunction(node);
                break;
            case "SHOW_REF":
                throw Refused("DESCRIBE, SHOW and SUMMARIZE cannot be run: send a SELECT. SELECT * FROM a table with LIMIT 0 shows its columns; the Admin API lists the datasets with their manifests.");
            default:
                if (!AllowedNodes.Nodes.Contains(type))
                    throw Refused($"The query uses {type}, which is not allowed here.");
                break;
        }

        CheckNames(node, "column_name_alias");
        CheckNames(node, "expected_names");
    }

    private void CheckTable(JsonElement node, IReadOnlySet<string> ctes)
    {
        if (node.TryGetProperty("at_clause", out var at) && at.ValueKind != JsonValueKind.Null)
            throw Refused("AT (…) on a table is not supported: a query sees the snapshot of the moment it is planned.");
        var (catalog, schema, table) = (node.Text("catalog_name"), node.Text("schema_name"), node.Text("table_name"));
        if (schema.Length == 0 && ctes.Contains(table))
            return;
        var reference = _names.Read(node.GetProperty("query_location"), catalog, schema, table);
        if (_tables.TryGetValue((EngineName.Fold(schema), EngineName.Fold(table)), out var known) && known != reference)
            throw new AmpException(ErrorCode.TableNotFoundError, $"Tables {known.Display} and {reference.Display} differ in case alone and cannot stand in one query.");
        _tables[(EngineName.Fold(schema), EngineName.Fold(table))] = reference;
    }

    private static void CheckTableFunction(JsonElement node)
    {
        var function = node.GetProperty("function");
        var name = function.Text("function_name");
        if (!AllowedFunctions.Tables.Contains(name))
            throw Refused($"Table function {name} is not allowed: a query reads the tables of its datasets; only {string.Join(", ", AllowedFunctions.Tables.Order(StringComparer.Ordinal))} make rows.");
    }

    private static void CheckExpression(JsonElement node, string expressionClass)
    {
        if (!AllowedNodes.Expressions.Contains(expressionClass))
        {
            throw Refused(expressionClass == "PARAMETER"
                ? "Parameters ($1, ?) have no values here: write the values into the SQL."
                : $"The query uses a {expressionClass} expression, which is not allowed here.");
        }

        if (expressionClass is "FUNCTION" or "WINDOW")
            CheckFunction(node);
        if (expressionClass == "WINDOW")
            WindowNumbers.Check(node);
        CheckAlias(node, expressionClass);
        if (expressionClass == "STAR" && node.TryGetProperty("rename_list", out var renames))
            CheckRenames(renames);
    }

    private static void CheckFunction(JsonElement node)
    {
        var name = node.Text("function_name");
        var schema = node.Text("schema");
        if (node.Text("catalog").Length > 0 || schema is not ("" or "main"))
            throw Refused($"Function {name} stands in a catalog or schema: write its name alone.");
        if (!AllowedFunctions.Scalars.Contains(name) && !AllowedFunctions.Tables.Contains(name))
            throw Refused($"Function {name} is not known, or not allowed in queries.");
    }

    private static void CheckAlias(JsonElement node, string expressionClass)
    {
        var alias = node.Text("alias");
        if (!alias.StartsWith('_'))
            return;
        if (alias == "_block_num" && expressionClass == "COLUMN_REF" && node.GetProperty("column_names").EnumerateArray().Last().GetString() == alias)
            return;
        throw Underscore(alias);
    }

    private static void CheckRenames(JsonElement renames)
    {
        foreach (var rename in renames.EnumerateArray())
        {
            if (rename.Text("value") is ['_', ..] name)
                throw Underscore(name);
        }
    }

    private static void CheckNames(JsonElement node, string property)
    {
        if (!node.TryGetProperty(property, out var names) || names.ValueKind != JsonValueKind.Array)
            return;
        foreach (var name in names.EnumerateArray())
        {
            if (name.GetString() is ['_', ..] text && text != "_block_num")
                throw Underscore(text);
        }
    }

    private static void CheckType(JsonElement type)
    {
        if (type.TryGetProperty("type_info", out var info) && info.ValueKind == JsonValueKind.Object
            && (info.Text("catalog").Length > 0 || info.Text("schema") is not ("" or "main")))
            throw Refused($"Type {info.Text("name")} stands in a catalog or schema: write its name alone.");
    }

    private static bool IsRecursive(JsonElement node) => node.Text("type") == "RECURSIVE_CTE_NODE";

    private static IReadOnlySet<string> With(IReadOnlySet<string> names, string name) =>
        new HashSet<string>(names, EngineName.Comparer) { name };

    private static AmpException Refused(string message) => new(ErrorCode.InvalidPlan, message);

    private static AmpException Underscore(string alias) =>
        new(ErrorCode.InvalidPlan, $"Alias \"{alias}\" begins with an underscore: such names are kept for the system's own columns, choose another.");
}
