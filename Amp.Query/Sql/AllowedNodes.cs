using System.Collections.Frozen;

namespace Amp.Query.Sql;

/// <summary>The kinds of nodes that may stand in a query, in the words of DuckDB's parse tree.</summary>
internal static class AllowedNodes
{
    public static FrozenSet<string> Expressions { get; } = FrozenSet.ToFrozenSet(
    [
        "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
        "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW",
    ]);

    /// <summary>Query nodes, sources of rows, modifiers and orders. Tables, table functions and SHOW are looked at one by one.</summary>
    public static FrozenSet<string> Nodes { get; } = FrozenSet.ToFrozenSet(
    [
        "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
        "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "CROSS_PRODUCT",
        "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER",
        "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
    ]);
}
