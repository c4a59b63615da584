using System.Text.Json;
using System.Text.RegularExpressions;
using Amp.Query.Functions;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Sql.Dialect;

/// <summary>
/// Names of columns in quotes keep their case, in SQL as in DataFusion; the engine finds "From" where a column is called from. A name is refused
/// that nothing in the query or its tables is called, and something but for its case.
/// </summary>
internal sealed partial class QuotedNames
{
    /// <summary>What columns may be called.</summary>
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    /// <summary>Words of texts, such as the parameters of a signature or the path into a JSON value.</summary>
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <param name="query">The query.</param>
    /// <param name="tables">The tables that it reads.</param>
    public static void Check(ParsedQuery query, IEnumerable<Schema> tables)
    {
        var quoted = Quoted(query.Sql.Text);
        if (quoted.Count == 0)
            return;
        var names = new QuotedNames();
        names.Gather(query.Node);
        names.Declare(tables.SelectMany(t => t.FieldsList));
        foreach (var word in SqlTokenizer.Tokenize(query.Sql.Text).Where(t => t.Kind == SqlTokenKind.Word))
        {
            // An alias without quotes may be called by its name in lower case.
            if (query.Sql.Text.AsSpan(word.Start, word.Length).ContainsAnyInRange('A', 'Z'))
                names._told.Add(EngineName.Fold(query.Sql.Text.Substring(word.Start, word.Length)));
        }

        var byFold = names._declared.ToLookup(EngineName.Fold, StringComparer.Ordinal);
        foreach (var name in names._used.Where(n => quoted.Contains(n) && !names._declared.Contains(n) && !names._told.Contains(n)))
        {
            if (byFold[EngineName.Fold(name)].FirstOrDefault() is { } other)
                throw new AmpException(ErrorCode.InvalidPlan, $"Column \"{name}\" is not known: names in quotes keep their case, and there is \"{other}\".");
        }
    }

    private static HashSet<string> Quoted(string sql) =>
        SqlTokenizer.Tokenize(sql).Where(t => t.Kind == SqlTokenKind.QuotedName && t.Length > 2)
            .Select(t => sql.Substring(t.Start + 1, t.Length - 2).Replace("\"\"", "\"", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);

    private void Gather(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Gather(item);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.Text("class") == "CONSTANT")
        {
            _told.UnionWith(Words().Matches(element.LiteralText() ?? "").Select(m => m.Value));
            _declared.Add(element.Text("alias"));
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.Text("class") == "FUNCTION" && EvmFunctions.IsBySignature(element.Text("function_name"))
                && EvmFunctions.Compile(element.Text("function_name"), EvmFunctions.SignatureOf(element)).Result is NestedType decoded)
                Declare(decoded.Fields);
            foreach (var property in element.EnumerateObject())
                Gather(property);
        }
    }

    private void Gather(JsonProperty property)
    {
        if (property.Name == "column_names")
            _used.UnionWith(property.Value.EnumerateArray().Select(n => n.GetString() ?? ""));
        else if (property.Name is "alias" or "key" or "value" or "table_name" or "schema_name" or "catalog_name" or "cte_name" && property.Value.ValueKind == JsonValueKind.String)
            _declared.Add(property.Value.GetString() ?? "");
        else if (property.Name is "aliases" or "column_name_alias" or "expected_names" && property.Value.ValueKind == JsonValueKind.Array)
            _declared.UnionWith(property.Value.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? n.GetString()! : ""));
        else
            Gather(property.Value);
    }

    private void Declare(IEnumerable<Field> fields)
    {
        foreach (var field in fields)
        {
            _declared.Add(field.Name);
            if (field.DataType is NestedType nested)
                Declare(nested.Fields);
        }
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
