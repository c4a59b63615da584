namespace Amp.Query.Catalog;

/// <summary>The columns that hold the number of the block a row belongs to.</summary>
internal static class BlockColumns
{
    /// <summary>In every table, first.</summary>
    public const string Own = "_block_num";

    /// <summary>In the tables of raw datasets, of the same value.</summary>
    public const string Raw = "block_num";
}
