using System.Text.Json;

namespace Amp.Query.Sql;

/// <summary>One SELECT: its text and DuckDB's parse tree of it.</summary>
/// <param name="Sql">The text.</param>
/// <param name="Node">The topmost query node of <c>json_serialize_sql</c>.</param>
internal sealed record ParsedQuery(RepairedSql Sql, JsonElement Node);
