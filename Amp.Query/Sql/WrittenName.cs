using System.Text.Json;

namespace Amp.Query.Sql;

/// <summary>A table's name as it is written: DuckDB's tree forgets which parts stood in quotes, and with it which case was meant.</summary>
internal static class WrittenName
{
    /// <summary>The reference with names in quotes as they are and the others in lower case, as SQL folds them.</summary>
    public static TableReference Read(RepairedSql sql, JsonElement location, string catalog, string schema, string table)
    {
        var quoted = QuotedParts(sql, location);
        string[] parts = [.. new[] { catalog, schema, table }.Where(p => p.Length > 0)];
        for (var i = 0; i < parts.Length; i++)
        {
            if (quoted is null || quoted.Count != parts.Length || !quoted[i])
                parts[i] = EngineName.Fold(parts[i]);
        }

        return TableReference.Parse(
            parts.Length > 2 ? parts[0] : "", parts.Length > 1 ? parts[^2] : "", parts[^1]);
    }

    private static List<bool>? QuotedParts(RepairedSql sql, JsonElement location)
    {
        if (!location.TryGetInt64(out var offset))
            return null;
        var start = sql.CharacterOf(offset);
        var tokens = SqlTokenizer.Tokenize(sql.Text).SkipWhile(t => t.Start < start).ToList();
        var quoted = new List<bool>();
        for (var i = 0; i < tokens.Count; i += 2)
        {
            quoted.Add(tokens[i].Kind is SqlTokenKind.QuotedName or SqlTokenKind.Text);
            if (i + 1 >= tokens.Count || sql.Text[tokens[i + 1].Start] != '.')
                break;
        }

        return quoted;
    }
}
