using System.Globalization;
using System.Text.Json;
using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>Asks DuckDB for the parse tree of one SELECT.</summary>
internal static class SqlParser
{
    private const int MaxDepth = 1000;

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = MaxDepth };

    public static ParsedQuery Parse(DuckConnection connection, string sql)
    {
        var asItIs = SqlRepair.Repair(sql);
        using var answer = Document(connection.JsonTree(asItIs.Text));
        if (!answer.RootElement.GetProperty("error").GetBoolean())
            return new ParsedQuery(asItIs, Node(answer.RootElement));

        // Only what DuckDB cannot read is read as another dialect: no query that it understands becomes a different one.
        var bridged = SqlRepair.Repair(sql, isRefused: true);
        if (bridged.Text == asItIs.Text)
            throw Refusal(answer.RootElement, asItIs);
        using var other = Document(connection.JsonTree(bridged.Text));
        if (other.RootElement.GetProperty("error").GetBoolean())
            throw Refusal(answer.RootElement, asItIs, " If from or to is a column there, write it in quotes: \"from\", \"to\".");
        return new ParsedQuery(bridged, Node(other.RootElement));
    }

    /// <summary>The topmost query node of a text that was repaired already.</summary>
    public static JsonElement Tree(DuckConnection connection, string text)
    {
        using var answer = Document(connection.JsonTree(text));
        var root = answer.RootElement;
        return root.GetProperty("error").GetBoolean() ? throw Refusal(root, new RepairedSql(text, text, [])) : Node(root);
    }

    private static JsonElement Node(JsonElement root)
    {
        var statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
        {
            throw new AmpException(
                ErrorCode.SqlParseError,
                string.Create(CultureInfo.InvariantCulture, $"{statements.GetArrayLength()} statements were sent: send exactly one SELECT."));
        }

        return statements[0].GetProperty("node").Clone();
    }

    private static JsonDocument Document(string json)
    {
        try
        {
            return JsonDocument.Parse(json, _options);
        }
        catch (JsonException e)
        {
            throw new AmpException(ErrorCode.InvalidPlan, $"The query is nested too deeply: at most about {MaxDepth / 3} levels are read.", e);
        }
    }

    private static AmpException Refusal(JsonElement root, RepairedSql sql, string hint = "")
    {
        var message = DuckFaults.Clean(root.GetProperty("error_message").GetString() ?? "no reason given");
        if (root.GetProperty("error_type").GetString() == "not implemented")
            return new AmpException(ErrorCode.InvalidPlan, "Only SELECT (with WITH, UNION, VALUES …) can be run: this is another statement.");
        if (root.TryGetProperty("position", out var at) && long.TryParse(at.GetString(), CultureInfo.InvariantCulture, out var offset))
            message = string.Create(CultureInfo.InvariantCulture, $"{message} (position {sql.PositionOf(offset)})");
        return new AmpException(ErrorCode.SqlParseError, message + hint);
    }
}
