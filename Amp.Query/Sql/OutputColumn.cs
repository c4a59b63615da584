using Apache.Arrow.Types;

namespace Amp.Query.Sql;

/// <summary>A column of a query node as its origin tells.</summary>
/// <param name="Name">What it is called; empty for expressions without an alias.</param>
/// <param name="Type">The Arrow type that its origin declares; null for computed values, which have the type that the engine gives them.</param>
/// <param name="Nullable">Whether it may be null.</param>
internal sealed record OutputColumn(string Name, IArrowType? Type, bool Nullable)
{
    public static OutputColumn Computed(string name) => new(name, null, true);
}
