using System.Collections.Frozen;
using System.Text.Json;
using Amp.Query.Catalog;

namespace Amp.Query.Sql;

/// <summary>How much state a query's functions may build up that the engine does not count, for comparison with other queries.</summary>
internal static class UncountedState
{
    private static readonly FrozenSet<string> _functions = FrozenSet.ToFrozenSet(
        ["median", "quantile", "quantile_cont", "quantile_disc", "mad", "mode", "histogram", "entropy", "approx_quantile", "approx_top_k", "json_group_structure"], StringComparer.Ordinal);

    /// <summary>Zero without such a function; else the rows that joining all of the tables' files could make, without bound where rows come from elsewhere too.</summary>
    public static double Of(ParsedQuery query, IReadOnlyList<TableSnapshot> snapshots)
    {
        var (calls, makesRows) = (false, false);
        Visit(query.Node);
        if (!calls)
            return 0;
        return makesRows || snapshots.Any(s => s.Files.Any(f => f.Rows is null))
            ? double.PositiveInfinity
            : snapshots.Aggregate(1.0, (product, s) => product * Math.Max(1, s.Files.Sum(f => f.Rows!.Value)));

        void Visit(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Visit(item);
            }
            else if (element.ValueKind == JsonValueKind.Object && element.Text("class") != "CONSTANT")
            {
                calls |= _functions.Contains(element.Text("function_name"));
                makesRows |= element.Text("type") is "TABLE_FUNCTION" or "RECURSIVE_CTE_NODE" || element.Text("function_name") == "unnest";
                foreach (var property in element.EnumerateObject())
                    Visit(property.Value);
            }
        }
    }
}
