namespace Amp.Query.Sql;

/// <summary>How many bytes the values of a source's columns may take.</summary>
/// <param name="Columns">The columns in order; those of unknown names are not among them.</param>
/// <param name="Other">Bytes of a column that is not listed.</param>
/// <param name="Width">How many columns there are, or about so many.</param>
internal sealed record SizedColumns(IReadOnlyList<(string Name, double Bytes)> Columns, double Other, int Width)
{
    /// <summary>A value of a table: what it really takes is bounded by the data.</summary>
    public const double OfTable = 32;

    private readonly Dictionary<string, double> _byName = Columns
        .GroupBy(c => c.Name, EngineName.Comparer)
        .ToDictionary(g => g.Key, g => g.Max(c => c.Bytes), EngineName.Comparer);

    public static SizedColumns Table { get; } = new([], OfTable, 32);

    public double Largest { get; } = Columns.Select(c => c.Bytes).Append(Other).Max();

    public double Of(string column) => _byName.TryGetValue(column, out var bytes) ? bytes : Other;

    /// <summary>With other names for the first columns.</summary>
    public SizedColumns Renamed(IReadOnlyList<string> names) => names.Count == 0
        ? this
        : new([.. names.Select((n, i) => (n, Columns.Count == Width && i < Width ? Columns[i].Bytes : Largest)), .. Columns.Skip(names.Count)], Largest, Width);

    /// <summary>Rows of either.</summary>
    public SizedColumns Or(SizedColumns other) => Columns.Count == Width && other.Columns.Count == other.Width && Width == other.Width
        ? new([.. Columns.Zip(other.Columns, (a, b) => (a.Name, Math.Max(a.Bytes, b.Bytes)))], 0, Width)
        : new([], Math.Max(Largest, other.Largest), Math.Max(Width, other.Width));
}
