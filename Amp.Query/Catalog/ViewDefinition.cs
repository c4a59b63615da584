namespace Amp.Query.Catalog;

/// <summary>A view that shows a table's snapshot to the engine.</summary>
/// <param name="Schema">The schema it stands in.</param>
/// <param name="Sql">What makes it.</param>
/// <param name="FileLists">The files that it reads, by the variable that holds their list.</param>
internal sealed record ViewDefinition(string Schema, string Sql, IReadOnlyList<FileList> FileLists);

/// <summary>Files of one scan.</summary>
internal sealed record FileList(string Variable, IReadOnlyList<SnapshotFile> Files);
