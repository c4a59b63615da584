namespace Amp.Query.Sql.Bounds;

/// <summary>A column of block numbers of one of a SELECT's sources.</summary>
/// <param name="Source">The source's place in the FROM.</param>
/// <param name="Name">The column's name; one name for columns that are the same.</param>
internal readonly record struct SourceColumn(int Source, string Name);
