namespace Amp.Worker.Materialize;

/// <summary>What is known of the values of the tables' columns beyond their types.</summary>
internal static class TableColumns
{
    private static readonly Dictionary<string, string[]> _unique = new(StringComparer.Ordinal)
    {
        ["blocks"] = ["hash", "parent_hash", "state_root", "transactions_root", "receipt_root", "logs_bloom", "mix_hash"],
        ["transactions"] = ["tx_hash", "input", "r", "s", "cumulative_gas_used"],
        ["logs"] = ["data"],
    };

    /// <summary>Columns whose values hardly ever repeat.</summary>
    public static IReadOnlyList<string> UniqueOf(string table) => _unique.TryGetValue(table, out var columns) ? columns : [];
}
