using System.Runtime.CompilerServices;
using Amp.Query.Catalog;
using Amp.Server.Flight.Ipc;
using Amp.Server.Flight.Protocol;
using Apache.Arrow;
using Google.Protobuf;

namespace Amp.Server.Flight.Browsing;

/// <summary>
/// Answers the metadata commands of Flight SQL. The one catalog is <c>amp</c>, its schemas are the datasets, each once: as a query reads it that
/// names it without a revision.
/// </summary>
public sealed class CatalogBrowser(DatasetCatalog datasets)
{
    public const string Catalog = "amp";

    // A schema of tables is some kilobytes.
    private const int BatchBytes = 1 << 20;
    private const int BatchRows = 4096;

    /// <exception cref="Grpc.Core.RpcException">UNIMPLEMENTED: no command about what there is to query.</exception>
    public BrowseAnswer Answer(IMessage command) => command switch
    {
        CommandGetCatalogs => Of(TextBatch.Of(BrowseSchemas.Catalogs, [Catalog])),
        CommandGetTableTypes => Of(TextBatch.Of(BrowseSchemas.TableTypes, [TableRows.TableType])),
        CommandGetDbSchemas asked => DbSchemas(asked),
        CommandGetTables asked => Tables(asked),
        CommandGetSqlInfo asked => Of(SqlInfoBatch.Of(asked.Info)),
        CommandGetXdbcTypeInfo asked => Of(XdbcTypeBatch.Of(asked.HasDataType ? asked.DataType : null)),

        // Rows of chains have no keys that anything enforces, so none is claimed.
        CommandGetPrimaryKeys => Of(EmptyBatch.Of(BrowseSchemas.PrimaryKeys)),
        CommandGetExportedKeys or CommandGetImportedKeys or CommandGetCrossReference => Of(EmptyBatch.Of(BrowseSchemas.ForeignKeys)),
        _ => throw FlightCommand.Unimplemented(command.Descriptor.Name),
    };

    private BrowseAnswer DbSchemas(CommandGetDbSchemas asked)
    {
        var names = NamePattern.Read(asked.HasDbSchemaFilterPattern ? asked.DbSchemaFilterPattern : null, "db_schema_filter_pattern");
        return new BrowseAnswer(BrowseSchemas.DbSchemas, ReadAsync);

        async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken ct)
        {
            if (asked.HasCatalog && asked.Catalog != Catalog)
                yield break;
            var found = new List<string>();
            await foreach (var dataset in datasets.ListAsync(names.Matches, withTables: false, ct))
            {
                found.Add(dataset.Name);
                if (found.Count < BatchRows)
                    continue;
                yield return TextBatch.Of(BrowseSchemas.DbSchemas, TextBatch.Same(Catalog, found.Count), found);
                found.Clear();
            }

            if (found.Count > 0)
                yield return TextBatch.Of(BrowseSchemas.DbSchemas, TextBatch.Same(Catalog, found.Count), found);
        }
    }

    private BrowseAnswer Tables(CommandGetTables asked)
    {
        var schemas = NamePattern.Read(asked.HasDbSchemaFilterPattern ? asked.DbSchemaFilterPattern : null, "db_schema_filter_pattern");
        var tables = NamePattern.Read(asked.HasTableNameFilterPattern ? asked.TableNameFilterPattern : null, "table_name_filter_pattern");
        return new BrowseAnswer(asked.IncludeSchema ? BrowseSchemas.TablesWithSchemas : BrowseSchemas.Tables, ReadAsync);

        async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken ct)
        {
            if ((asked.HasCatalog && asked.Catalog != Catalog) || (asked.TableTypes.Count > 0 && !asked.TableTypes.Contains(TableRows.TableType)))
                yield break;
            var found = new TableRows(asked.IncludeSchema);
            await foreach (var dataset in datasets.ListAsync(schemas.Matches, withTables: true, ct))
            {
                foreach (var (name, columns) in dataset.Tables.Where(t => tables.Matches(t.Key)).OrderBy(t => t.Key, StringComparer.Ordinal))
                {
                    found.Add(dataset.Name, name, columns);
                    if (found.Count >= BatchRows || found.Bytes >= BatchBytes)
                        yield return found.Take();
                }
            }

            if (found.Count > 0)
                yield return found.Take();
        }
    }

    private static BrowseAnswer Of(RecordBatch batch) => new(batch.Schema, _ => new[] { batch }.ToAsyncEnumerable());
}
