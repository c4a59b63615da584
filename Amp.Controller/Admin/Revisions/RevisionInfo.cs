using System.Text.Json.Serialization;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary>A revision of a table: a folder of the lake, and whether queries read it.</summary>
/// <param name="Path">Relative to the root of the lake.</param>
/// <param name="Writer">The active job that writes there; null when none does.</param>
internal sealed record RevisionInfo(
    long Id, string Path, bool Active, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Writer, RevisionInfo.Identity Metadata)
{
    public sealed record Identity(string DatasetNamespace, string DatasetName, string ManifestHash, string TableName);

    internal static RevisionInfo From(Location location) => new(
        location.Id, location.Path, location.Active, location.WriterJobId,
        new Identity(location.Namespace, location.Name, location.ManifestHash, location.Table));

    /// <summary>The revision that a path names.</summary>
    internal static async Task<Location> FindAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var number = Paging.Id(id, ErrorCode.InvalidLocationId, "a revision's id");
        return await LocationReading.FindAsync(database, number, cancellationToken)
            ?? throw new AmpException(ErrorCode.LocationNotFound, $"there is no revision {number}, see GET /revisions");
    }
}

/// <summary>A table of a dataset version, as bodies name it.</summary>
internal sealed record NamedTable(ResolvedDataset Dataset, string Table)
{
    public static async Task<NamedTable> FindAsync(NpgsqlDataSource database, DatasetReference reference, string table, CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.ResolveAsync(database, reference, cancellationToken);
        var tables = Registration.DatasetKinds.TablesOf(dataset.ReadManifest());
        return tables.Contains(table, StringComparer.Ordinal)
            ? new NamedTable(dataset, table)
            : throw new AmpException(ErrorCode.TableNotFound, $"'{reference}' has no table '{table}'; it has {string.Join(", ", tables)}");
    }

    public bool Is(Location location) =>
        location.Namespace == Dataset.Namespace && location.Name == Dataset.Name && location.ManifestHash == Dataset.ManifestHash && location.Table == Table;
}

/// <summary>The body <c>{"table_name", "dataset"}</c>.</summary>
/// <param name="Dataset"><c>namespace/name[@revision]</c>.</param>
internal sealed record TableOfDataset(string TableName, string Dataset)
{
    public static TableOfDataset Read(JsonNodeAt root)
    {
        root.Only("table_name", "dataset");
        return new TableOfDataset(DatasetNames.CheckTable(root.Required("table_name").String()), root.Required("dataset").String());
    }

    public Task<NamedTable> FindAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        NamedTable.FindAsync(database, DatasetReference.Parse(Dataset), TableName, cancellationToken);
}
