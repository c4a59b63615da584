using Amp.Chains.Evm.Tables;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Amp.Worker.Materialize.Parquet;

namespace Amp.Worker.Materialize;

/// <summary>The tables of a dataset version as they are written: where to, with which columns and encodings.</summary>
internal sealed class DatasetTables
{
    /// <param name="dataset"><c>namespace/name</c>.</param>
    public DatasetTables(string dataset, string manifestHash, string network, IReadOnlyList<Revision> revisions, WriterSettings settings)
    {
        Dataset = dataset;
        ManifestHash = manifestHash;
        Network = network;
        Tables = [.. revisions.Select(revision =>
        {
            var index = IndexOf(revision.Table);
            return new TableTarget(index, EvmTables.All[index], revision, new ParquetSchema(EvmTables.All[index].Schema), settings.Compression);
        })];
    }

    public string Dataset { get; }

    public string ManifestHash { get; }

    public string Network { get; }

    public IReadOnlyList<TableTarget> Tables { get; }

    private static int IndexOf(string table)
    {
        for (var i = 0; i < EvmTables.All.Count; i++)
        {
            if (EvmTables.All[i].Name == table)
                return i;
        }

        throw new InvalidOperationException($"There is no table {table} in datasets of this kind.");
    }
}

/// <summary>One table to write.</summary>
/// <param name="Index">Its place among the batches of a piece of blocks.</param>
internal sealed record TableTarget(int Index, EvmTable Table, Revision Revision, ParquetSchema Schema, ParquetCompression Compression);
