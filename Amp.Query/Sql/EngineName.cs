namespace Amp.Query.Sql;

/// <summary>
/// Names as DuckDB compares them: only A to Z are folded. By the rules of Unicode the Kelvin sign would be a k, and a name that the
/// guard takes for one thing would be another to the engine.
/// </summary>
internal sealed class EngineName : IEqualityComparer<string>
{
    public static EngineName Comparer { get; } = new();

    public static bool Same(string one, string other) => string.Equals(Fold(one), Fold(other), StringComparison.Ordinal);

    public static string Fold(string name) => name.AsSpan().ContainsAnyInRange('A', 'Z')
        ? string.Create(name.Length, name, static (folded, original) =>
        {
            for (var i = 0; i < folded.Length; i++)
                folded[i] = char.IsAsciiLetterUpper(original[i]) ? (char)(original[i] | 0x20) : original[i];
        })
        : name;

    public static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public bool Equals(string? x, string? y) => x is null || y is null ? ReferenceEquals(x, y) : Same(x, y);

    public int GetHashCode(string obj) => string.GetHashCode(Fold(obj), StringComparison.Ordinal);
}
