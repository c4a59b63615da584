using Amp.Server.Flight.Ipc;
using Apache.Arrow;

namespace Amp.Server.Flight.Browsing;

/// <summary>Rows of an answer to CommandGetTables on their way into a batch.</summary>
internal sealed class TableRows(bool withSchemas)
{
    public const string TableType = "TABLE";

    private readonly List<string> _datasets = [];
    private readonly List<string> _tables = [];
    private readonly List<byte[]> _schemas = [];

    public int Count => _tables.Count;

    /// <summary>Bytes of the schemas.</summary>
    public int Bytes { get; private set; }

    public void Add(string dataset, string table, Schema columns)
    {
        _datasets.Add(dataset);
        _tables.Add(table);
        if (!withSchemas)
            return;
        _schemas.Add(new SchemaMessage(columns).Encapsulated);
        Bytes += _schemas[^1].Length;
    }

    /// <summary>The rows as a batch; then there are none.</summary>
    public RecordBatch Take()
    {
        var batch = TextBatch.Of(
            BrowseSchemas.Tables, TextBatch.Same(CatalogBrowser.Catalog, Count), _datasets, _tables, TextBatch.Same(TableType, Count));
        if (withSchemas)
            batch = new RecordBatch(BrowseSchemas.TablesWithSchemas, [.. batch.Arrays, new BinaryArray.Builder().AppendRange(_schemas).Build()], Count);
        _datasets.Clear();
        _tables.Clear();
        _schemas.Clear();
        Bytes = 0;
        return batch;
    }
}
