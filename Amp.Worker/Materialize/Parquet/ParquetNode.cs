using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>A column of a table, or what lies in it: a list over its element, a struct over its fields, or a leaf.</summary>
/// <param name="Name">As the file has it: the element of a list is called <c>element</c>.</param>
/// <param name="Type">As Arrow has it.</param>
/// <param name="IsOptional">Whether it may be null.</param>
/// <param name="Definition">Definition level of a value that is there: one more for each thing above, and itself, that may be absent.</param>
/// <param name="Repetition">How many lists it is or lies in: the repetition level of what follows the first element of the innermost.</param>
/// <param name="Children">The element of a list, the fields of a struct.</param>
/// <param name="FirstLeaf">Place of its first leaf among those of the table.</param>
/// <param name="LeafCount">How many leaves it has; itself, when it is one.</param>
internal sealed record ParquetNode(
    string Name, IArrowType Type, bool IsOptional, int Definition, int Repetition, IReadOnlyList<ParquetNode> Children, int FirstLeaf, int LeafCount)
{
    public bool IsLeaf => Children.Count == 0;
}
