using Amp.Chains.Evm.Tables;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Worker.Materialize;

/// <summary>The tables of a dataset version as they are written: where to, with which columns and encodings.</summary>
internal sealed class DatasetTables : IDisposable
{
    private readonly ArrowWriterProperties _arrow = ParquetProperties.Arrow();

    /// <param name="dataset"><c>namespace/name</c>.</param>
    public DatasetTables(string dataset, string manifestHash, string network, IReadOnlyList<Revision> revisions, WriterSettings settings)
    {
        Dataset = dataset;
        ManifestHash = manifestHash;
        Network = network;
        Tables = [.. revisions.Select(revision =>
        {
            var index = IndexOf(revision.Table);
            return new TableTarget(
                index, EvmTables.All[index], revision, ParquetProperties.Of(settings.Compression, TableColumns.UniqueOf(revision.Table)));
        })];
    }

    public string Dataset { get; }

    public string ManifestHash { get; }

    public string Network { get; }

    public IReadOnlyList<TableTarget> Tables { get; }

    public ArrowWriterProperties Arrow => _arrow;

    public void Dispose()
    {
        foreach (var table in Tables)
            table.Properties.Dispose();
        _arrow.Dispose();
    }

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
internal sealed record TableTarget(int Index, EvmTable Table, Revision Revision, WriterProperties Properties);
