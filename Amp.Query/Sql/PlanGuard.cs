using System.Text.Json;
using Amp.Query.Sql.Dialect;

namespace Amp.Query.Sql;

/// <summary>
/// Refuses queries that are too large to be planned. DuckDB neither counts the memory of a plan nor hears an interrupt while it makes one: a
/// join of 200 tables took a GiB under a limit of 256 MiB, and its engine was busy long after the client had gone.
/// </summary>
internal sealed class PlanGuard
{
    /// <summary>Measured, joined on equal keys: 60 are planned in 3 s, 100 in 39 s.</summary>
    public const int MaxJoined = 64;

    /// <summary>Measured: 1,000 parts of a UNION are planned in 0.3 s, 3,000 take a GiB.</summary>
    public const int MaxSelects = 1000;

    /// <summary>Measured: 1,000 take 180 MiB.</summary>
    public const int MaxGroupingSets = 128;

    private int _selects;
    private int _groupingSets;

    private PlanGuard()
    {
    }

    public static void Check(ParsedQuery query) => new PlanGuard().Joined(query.Node);

    /// <summary>How many sources of rows may come to stand in one join: the engine lifts subqueries, and what WITH names, into what is around them.</summary>
    private int Joined(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().Sum(Joined);
        if (element.ValueKind != JsonValueKind.Object || element.Text("class") == "CONSTANT")
            return 0;
        var type = element.Text("type");
        if (type == "SELECT_NODE")
            CountSelect(element);

        // The parts of a UNION are planned each for itself; those of INTERSECT and EXCEPT are joined.
        var isUnion = element.Text("setop_type") == "UNION";
        var joined = type is "BASE_TABLE" or "TABLE_FUNCTION" or "EXPRESSION_LIST" || (type == "SET_OPERATION_NODE" && !isUnion) ? 1 : 0;
        var widestPart = 0;
        foreach (var property in element.EnumerateObject())
        {
            var inside = property.Name == "children" ? Used(element, property.Value) : Joined(property.Value);
            if (isUnion && property.Name is "left" or "right")
                widestPart = Math.Max(widestPart, inside);
            else
                joined += inside;
        }

        joined += widestPart;
        return joined <= MaxJoined ? joined : throw GrowthGuard.TooLarge($"The query joins more than {MaxJoined} tables, where each subquery counts with its own: join fewer at once.");
    }

    /// <summary>Of arguments: the engine puts a definition in the place of some calls, and plans a subquery as often as it is used there.</summary>
    private int Used(JsonElement call, JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Array)
            return Joined(arguments);
        var joined = arguments.EnumerateArray().Select((a, i) => (long)Joined(a) * DialectMacros.UsesOf(call, i)).Sum();
        return (int)Math.Min(joined, MaxJoined + 1);
    }

    private void CountSelect(JsonElement select)
    {
        if (++_selects > MaxSelects)
            throw GrowthGuard.TooLarge($"The query has more than {MaxSelects} SELECTs: write rows of literals as VALUES, or send several queries.");
        _groupingSets += select.Items("group_sets").Count();
        if (_groupingSets > MaxGroupingSets)
            throw GrowthGuard.TooLarge($"The query groups by more than {MaxGroupingSets} sets of columns (GROUPING SETS, CUBE, ROLLUP): ask for fewer.");
    }
}
