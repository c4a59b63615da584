using Apache.Arrow;

namespace Amp.TestKit.Servers;

/// <summary>What a Flight stream gave.</summary>
/// <param name="Rows">Each row as <see cref="Arrow.ArrowText"/> writes it.</param>
/// <param name="BatchRows">Rows of each batch, in order.</param>
/// <param name="Metadata"><c>app_metadata</c> of each batch, in order.</param>
public sealed record FlightAnswer(Schema Schema, IReadOnlyList<string> Rows, IReadOnlyList<int> BatchRows, IReadOnlyList<string> Metadata);
