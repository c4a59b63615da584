using System.Text;
using System.Text.Json;
using Amp.Query.Sql;
using Amp.Shared.Faults;

namespace Amp.Query.Evm;

/// <summary>Has each call of a function whose signature decides its type name the function that was made for that signature.</summary>
internal static class EvmCalls
{
    private const int MaxSignatures = 64;

    /// <param name="query">A query that was let pass.</param>
    /// <param name="functionFor">Gives the name of the function for a name and a signature.</param>
    public static ParsedQuery Bind(ParsedQuery query, Func<string, string, string> functionFor)
    {
        var calls = new SortedDictionary<int, (string Name, string Signature)>();
        Find(query, query.Node, calls);
        if (calls.Count == 0)
            return query;
        if (calls.Values.Distinct().Count() > MaxSignatures)
            throw new AmpException(ErrorCode.InvalidPlan, $"The query has more than {MaxSignatures} different signatures.");
        var text = new StringBuilder(query.Sql.Text);
        foreach (var (at, (name, signature)) in calls.Reverse())
            text.Remove(at, name.Length).Insert(at, functionFor(name, signature));
        return query with { Sql = query.Sql with { Text = text.ToString() } };
    }

    private static void Find(ParsedQuery query, JsonElement element, SortedDictionary<int, (string Name, string Signature)> calls)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Find(query, item, calls);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.Text("class") != "CONSTANT")
        {
            if (element.Text("class") == "FUNCTION" && EvmFunctions.IsBySignature(element.Text("function_name")))
                calls[PlaceOf(query, element)] = (element.Text("function_name"), EvmFunctions.SignatureOf(element));
            foreach (var property in element.EnumerateObject())
                Find(query, property.Value, calls);
        }
    }

    private static int PlaceOf(ParsedQuery query, JsonElement call)
    {
        var name = call.Text("function_name");
        if (call.TryGetProperty("query_location", out var location) && location.TryGetInt64(out var offset))
        {
            var at = query.Sql.CharacterOf(offset);
            if (query.Sql.Text.AsSpan(at).StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return at;
        }

        throw new AmpException(ErrorCode.InvalidPlan, $"Call {name} by its name with all arguments in its brackets: {name}(…).");
    }
}
