using System.Text;
using System.Text.Json;
using Amp.Query.Sql;
using Amp.Shared.Faults;

namespace Amp.Query.Functions;

/// <summary>Has each call of a function whose signature decides its type name the function that was made for that signature.</summary>
internal static class EvmCalls
{
    private const int MaxCalls = 1000;
    private const int MaxSignatures = 64;

    /// <param name="query">A query that was let pass.</param>
    /// <param name="functionFor">Gives the name of the function for a name and a signature.</param>
    /// <param name="parse">Reads SQL.</param>
    public static ParsedQuery Bind(ParsedQuery query, Func<string, string, string> functionFor, Func<string, JsonElement> parse)
    {
        // By place: what stands once in the SQL may stand in the tree more than once.
        var calls = new SortedDictionary<long, (string Name, string Signature)>();
        Find(query.Node, calls);
        if (calls.Count == 0)
            return query;
        if (calls.Values.Distinct().Count() > MaxSignatures)
            throw new AmpException(ErrorCode.InvalidPlan, $"The query has more than {MaxSignatures} different signatures.");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = Rewrite(query.Sql.Text, [.. calls.Values], (name, signature) =>
        {
            var called = functionFor(name, signature);
            names[called] = name;
            return called;
        });

        // The text was changed after it was checked: it must be the same query still, but for those names.
        if (!IsSame(query.Node, parse(text), names))
            throw Unclear(calls.Values.First().Name);
        return query with { Sql = query.Sql with { Text = text } };
    }

    private static void Find(JsonElement element, SortedDictionary<long, (string Name, string Signature)> calls)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Find(item, calls);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.Text("class") != "CONSTANT")
        {
            if (element.Text("class") == "FUNCTION" && EvmFunctions.IsBySignature(element.Text("function_name")))
                Add(element, calls);
            foreach (var property in element.EnumerateObject())
                Find(property.Value, calls);
        }
    }

    private static void Add(JsonElement call, SortedDictionary<long, (string Name, string Signature)> calls)
    {
        var name = call.Text("function_name");
        if (!call.TryGetProperty("query_location", out var location) || !location.TryGetInt64(out var place))
            throw Unclear(name);
        calls[place] = (name, EvmFunctions.SignatureOf(call));
        if (calls.Count > MaxCalls)
            throw new AmpException(ErrorCode.InvalidPlan, $"The query calls functions with signatures more than {MaxCalls} times.");
    }

    /// <summary>The engine's places are those of a text that it has changed already; their order is that of the calls in ours.</summary>
    private static string Rewrite(string sql, IReadOnlyList<(string Name, string Signature)> calls, Func<string, string, string> functionFor)
    {
        var tokens = SqlTokenizer.Tokenize(sql);
        var (text, copied, next) = (new StringBuilder(sql.Length), 0, 0);
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind != SqlTokenKind.Word || sql[tokens[i + 1].Start] != '(' || !EvmFunctions.IsBySignature(EngineName.Fold(sql.Substring(token.Start, token.Length))))
                continue;
            if (next == calls.Count || !EngineName.Same(sql.Substring(token.Start, token.Length), calls[next].Name))
                throw Unclear(EngineName.Fold(sql.Substring(token.Start, token.Length)));
            text.Append(sql, copied, token.Start - copied).Append(functionFor(calls[next].Name, calls[next].Signature));
            copied = token.End;
            next++;
        }

        return next == calls.Count ? text.Append(sql, copied, sql.Length - copied).ToString() : throw Unclear(calls[next].Name);
    }

    private static bool IsSame(JsonElement checkedOne, JsonElement bound, Dictionary<string, string> names)
    {
        if (checkedOne.ValueKind != bound.ValueKind)
            return false;
        return checkedOne.ValueKind switch
        {
            JsonValueKind.Object => checkedOne.EnumerateObject().Zip(bound.EnumerateObject()).All(p => p.First.Name == p.Second.Name && IsSameProperty(p.First, p.Second, names))
                && checkedOne.GetPropertyCount() == bound.GetPropertyCount(),
            JsonValueKind.Array => checkedOne.GetArrayLength() == bound.GetArrayLength()
                && checkedOne.EnumerateArray().Zip(bound.EnumerateArray()).All(p => IsSame(p.First, p.Second, names)),
            _ => checkedOne.GetRawText() == bound.GetRawText(),
        };
    }

    private static bool IsSameProperty(JsonProperty checkedOne, JsonProperty bound, Dictionary<string, string> names) => checkedOne.Name switch
    {
        // Where it stands has moved.
        "query_location" => true,
        "function_name" when bound.Value.ValueKind == JsonValueKind.String && names.TryGetValue(bound.Value.GetString()!, out var name) =>
            checkedOne.Value.ValueKind == JsonValueKind.String && checkedOne.Value.GetString() == name,
        _ => IsSame(checkedOne.Value, bound.Value, names),
    };

    private static AmpException Unclear(string name) =>
        new(ErrorCode.InvalidPlan, $"Call {name} by its plain name with all arguments in its brackets: {name}(…).");
}
