using System.Text;
using System.Text.Json;

namespace Amp.Query.Sql;

/// <summary>Names of tables as they are written: DuckDB's tree forgets which parts stood in quotes, and with it which case was meant.</summary>
internal sealed class WrittenNames
{
    private readonly string _sql;
    private readonly List<SqlToken> _tokens;

    /// <summary>Where each token begins, in bytes, as DuckDB's tree counts.</summary>
    private readonly List<long> _starts = [];

    public WrittenNames(string sql)
    {
        _sql = sql;
        _tokens = SqlTokenizer.Tokenize(sql);
        var (bytes, at) = (0L, 0);
        foreach (var token in _tokens)
        {
            bytes += Encoding.UTF8.GetByteCount(sql.AsSpan(at, token.Start - at));
            at = token.Start;
            _starts.Add(bytes);
        }
    }

    /// <summary>The reference with names in quotes as they are and the others in lower case, as SQL folds them.</summary>
    public TableReference Read(JsonElement location, string catalog, string schema, string table)
    {
        var quoted = QuotedParts(location);
        string[] parts = [.. new[] { catalog, schema, table }.Where(p => p.Length > 0)];
        for (var i = 0; i < parts.Length; i++)
        {
            if (quoted is null || quoted.Count != parts.Length || !quoted[i])
                parts[i] = EngineName.Fold(parts[i]);
        }

        return TableReference.Parse(
            parts.Length > 2 ? parts[0] : "", parts.Length > 1 ? parts[^2] : "", parts[^1]);
    }

    private List<bool>? QuotedParts(JsonElement location)
    {
        if (!location.TryGetInt64(out var offset))
            return null;
        var first = _starts.BinarySearch(offset);
        var quoted = new List<bool>();
        for (var i = first < 0 ? ~first : first; i < _tokens.Count; i += 2)
        {
            quoted.Add(_tokens[i].Kind is SqlTokenKind.QuotedName or SqlTokenKind.Text);
            if (i + 1 >= _tokens.Count || _sql[_tokens[i + 1].Start] != '.')
                break;
        }

        return quoted;
    }
}
