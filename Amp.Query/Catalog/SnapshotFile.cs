namespace Amp.Query.Catalog;

/// <summary>One file of a table in a snapshot.</summary>
/// <param name="Path">Where the engine opens it.</param>
/// <param name="Start">First block.</param>
/// <param name="End">Last block that the file holds.</param>
/// <param name="Cut">Last block that the query may see of it; <paramref name="End"/> when the whole file is seen.</param>
/// <param name="Columns">Names of the columns that the file has.</param>
/// <param name="Remote">What is to be fetched to <paramref name="Path"/> before; null for a file that lies there.</param>
public sealed record SnapshotFile(string Path, ulong Start, ulong End, ulong Cut, IReadOnlySet<string> Columns, RemoteFile? Remote = null)
{
    /// <summary>Rows that it holds, as the catalogue says; null where it says nothing.</summary>
    public long? Rows { get; init; }
}
