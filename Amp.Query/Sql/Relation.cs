namespace Amp.Query.Sql;

/// <summary>A source of rows in a FROM clause.</summary>
/// <param name="Alias">How columns name it.</param>
/// <param name="Schema">Schema of a table that has no alias; null otherwise.</param>
/// <param name="Columns">Its columns; null when only the engine knows them.</param>
/// <param name="Hidden">Columns that <c>*</c> leaves out, because a join by USING shows them on its other side.</param>
internal sealed record Relation(string Alias, string? Schema, IReadOnlyList<OutputColumn>? Columns, IReadOnlySet<string> Hidden)
{
    private static readonly IReadOnlySet<string> _none = new HashSet<string>();

    public Relation(string alias, string? schema, IReadOnlyList<OutputColumn>? columns)
        : this(alias, schema, columns, _none)
    {
    }

    public Relation AsNullable() => this with { Columns = Columns is null ? null : [.. Columns.Select(c => c with { Nullable = true })] };

    public OutputColumn? Find(string column) => Columns?.FirstOrDefault(c => Same(c.Name, column));

    public bool IsCalled(string? schema, string alias) =>
        Same(Alias, alias) && (schema is null || (Schema is not null && Same(Schema, schema)));

    public static bool Same(string one, string other) => EngineName.Same(one, other);
}
