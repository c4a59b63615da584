using Amp.Query.Sql;

namespace Amp.Query.Catalog;

/// <summary>Which table a query asks for, and between which blocks it can have rows that matter.</summary>
/// <param name="Table">The table.</param>
/// <param name="From">Lowest block; null = from the first.</param>
/// <param name="To">Highest block; null = to the last.</param>
internal sealed record TableQuestion(TableReference Table, ulong? From, ulong? To);
