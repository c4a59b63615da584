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
        var repaired = SqlRepair.Repair(sql);
        return new ParsedQuery(repaired, Tree(connection, repaired));
    }

    /// <summary>The topmost query node of a text that was repaired already.</summary>
    public static JsonElement Tree(DuckConnection connection, string text) => Tree(connection, new RepairedSql(text, text, []));

    private static JsonElement Tree(DuckConnection connection, RepairedSql repaired)
    {
        using var answer = Document(connection.JsonTree(repaired.Text));
        var root = answer.RootElement;
        if (root.GetProperty("error").GetBoolean())
            throw Refusal(root, repaired);
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

    private static AmpException Refusal(JsonElement root, RepairedSql sql)
    {
        var message = DuckFaults.Clean(root.GetProperty("error_message").GetString() ?? "no reason given");
        if (root.GetProperty("error_type").GetString() == "not implemented")
            return new AmpException(ErrorCode.InvalidPlan, "Only SELECT (with WITH, UNION, VALUES …) can be run: this is another statement.");
        if (root.TryGetProperty("position", out var at) && long.TryParse(at.GetString(), CultureInfo.InvariantCulture, out var offset))
            message = string.Create(CultureInfo.InvariantCulture, $"{message} (position {sql.PositionOf(offset)})");
        return new AmpException(ErrorCode.SqlParseError, message);
    }
}
