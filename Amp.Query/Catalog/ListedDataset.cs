using Apache.Arrow;

namespace Amp.Query.Catalog;

/// <summary>A dataset as one who browses sees it: what a query reads that names it without a revision.</summary>
/// <param name="Name">Namespace and name, the schema of its tables in a query.</param>
/// <param name="Tables">Columns of each table; none when they were not asked for.</param>
public sealed record ListedDataset(string Name, IReadOnlyDictionary<string, Schema> Tables);
