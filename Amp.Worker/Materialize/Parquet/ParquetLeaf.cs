using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>A column of a file: what has values of its own, at the end of a path of lists and structs.</summary>
/// <param name="Path">Names from the table's column down to the values.</param>
/// <param name="Type">Of the values, as Arrow has it.</param>
/// <param name="Physical">Of the values, as the file has it.</param>
/// <param name="Width">Bytes of a value; zero when each has its own length.</param>
/// <param name="Definition">Definition level of a value that is there.</param>
/// <param name="Repetition">How many lists it lies in.</param>
internal sealed record ParquetLeaf(IReadOnlyList<string> Path, IArrowType Type, PhysicalType Physical, int Width, int Definition, int Repetition);
