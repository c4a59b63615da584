using Apache.Arrow;

namespace Amp.Server.Flight.Browsing;

/// <summary>Batches whose columns are all text.</summary>
internal static class TextBatch
{
    public static RecordBatch Of(Schema schema, params IReadOnlyList<string>[] columns) =>
        new(schema, columns.Select(c => new StringArray.Builder().AppendRange(c).Build()), columns[0].Count);

    /// <summary>A column that is the same in every row.</summary>
    public static string[] Same(string value, int rows) => [.. Enumerable.Repeat(value, rows)];
}
