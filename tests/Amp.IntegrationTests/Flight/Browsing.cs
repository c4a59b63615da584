using Amp.Server.Flight.Protocol;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using Amp.TestKit.Servers;
using Apache.Arrow;
using Apache.Arrow.Flight;
using Apache.Arrow.Ipc;
using Google.Protobuf;
using Grpc.Core;
using FlightDescriptor = Apache.Arrow.Flight.FlightDescriptor;

namespace Amp.IntegrationTests.Flight;

/// <summary>The metadata commands of Flight SQL.</summary>
public sealed class Browsing(TwoServers servers) : IClassFixture<TwoServers>, IDisposable
{
    private const string ForeignKeys =
        "pk_catalog_name: utf8, pk_db_schema_name: utf8, pk_table_name: utf8 not null, pk_column_name: utf8 not null, fk_catalog_name: utf8, "
        + "fk_db_schema_name: utf8, fk_table_name: utf8 not null, fk_column_name: utf8 not null, key_sequence: int32 not null, fk_key_name: utf8, "
        + "pk_key_name: utf8, update_rule: uint8 not null, delete_rule: uint8 not null";

    private readonly FlightCalls _flight = new(servers.One.Flight);

    /// <summary>Each command with the columns that the specification gives to its answer.</summary>
    public static TheoryData<string, IMessage, string> Commands => new()
    {
        { "catalogs", new CommandGetCatalogs(), "catalog_name: utf8 not null" },
        { "schemas", new CommandGetDbSchemas(), "catalog_name: utf8, db_schema_name: utf8 not null" },
        { "tables", new CommandGetTables(), "catalog_name: utf8, db_schema_name: utf8, table_name: utf8 not null, table_type: utf8 not null" },
        {
            "tables and their columns", new CommandGetTables { IncludeSchema = true },
            "catalog_name: utf8, db_schema_name: utf8, table_name: utf8 not null, table_type: utf8 not null, table_schema: bytes not null"
        },
        { "table types", new CommandGetTableTypes(), "table_type: utf8 not null" },
        {
            "primary keys", new CommandGetPrimaryKeys { Table = "logs" },
            "catalog_name: utf8, db_schema_name: utf8, table_name: utf8 not null, column_name: utf8 not null, key_name: utf8, key_sequence: int32 not null"
        },
        { "exported keys", new CommandGetExportedKeys { Table = "logs" }, ForeignKeys },
        { "imported keys", new CommandGetImportedKeys { Table = "logs" }, ForeignKeys },
        { "cross reference", new CommandGetCrossReference { PkTable = "blocks", FkTable = "logs" }, ForeignKeys },
        {
            "types", new CommandGetXdbcTypeInfo(),
            "type_name: utf8 not null, data_type: int32 not null, column_size: int32, literal_prefix: utf8, literal_suffix: utf8, "
            + "create_params: list<utf8 not null>, nullable: int32 not null, case_sensitive: bool not null, searchable: int32 not null, "
            + "unsigned_attribute: bool, fixed_prec_scale: bool not null, auto_increment: bool, local_type_name: utf8, minimum_scale: int32, "
            + "maximum_scale: int32, sql_data_type: int32 not null, datetime_subcode: int32, num_prec_radix: int32, interval_precision: int32"
        },
        {
            "server", new CommandGetSqlInfo(),
            "info_name: uint32 not null, value: dense_union<0 string_value: utf8, 1 bool_value: bool, 2 bigint_value: int64, 3 int32_bitmask: int32, "
            + "4 string_list: list<utf8>, 5 int32_to_int32_list_map: map<int32, list<int32>>> not null"
        },
    };

    public void Dispose() => _flight.Dispose();

    [Fact]
    public async Task Each_command_is_answered_with_the_columns_of_the_specification_in_info_schema_and_stream()
    {
        foreach (var (name, command, expected) in Commands.Select(c => c.Data))
        {
            var descriptor = FlightCalls.Descriptor(command);
            var info = await _flight.Client.GetInfo(descriptor);
            var answer = await _flight.GetAsync(Assert.Single(info.Endpoints).Ticket);

            Assert.Equal($"{name}: {expected}", $"{name}: {SchemaText.Of(info.Schema)}");
            Assert.Equal(expected, SchemaText.Of(await _flight.Client.GetSchema(descriptor)));
            Assert.Equal(expected, SchemaText.Of(answer.Schema));
            Assert.Equal(name.Contains("keys", StringComparison.Ordinal) || name == "cross reference", answer.Rows.Count == 0);
        }
    }

    [Fact]
    public async Task Datasets_are_the_schemas_of_the_one_catalog_each_once()
    {
        Assert.Equal(["'amp'"], (await _flight.AskAsync(new CommandGetCatalogs())).Rows);
        Assert.Equal(["'TABLE'"], (await _flight.AskAsync(new CommandGetTableTypes())).Rows);
        Assert.Equal(["'amp' | '_/eth_rpc'", "'amp' | 'demo/plain'", "'amp' | 'demo/plain_two'"], (await _flight.AskAsync(new CommandGetDbSchemas())).Rows);
    }

    [Theory]
    [InlineData("demo/%", "demo/plain demo/plain_two")]
    [InlineData("%", "_/eth_rpc demo/plain demo/plain_two")]
    [InlineData("_/eth_rpc", "_/eth_rpc")]
    [InlineData("\\_/eth\\_rpc", "_/eth_rpc")]
    [InlineData("demo/plain", "demo/plain")]
    [InlineData("%plain\\_%", "demo/plain_two")]
    [InlineData("%'; drop table datasets; --", "")]
    [InlineData("", "")]
    public async Task Schemas_are_filtered_by_a_pattern(string pattern, string expected)
    {
        var schemas = await _flight.AskAsync(new CommandGetDbSchemas { DbSchemaFilterPattern = pattern, Catalog = "amp" });
        var tables = await _flight.AskAsync(new CommandGetTables { DbSchemaFilterPattern = pattern, TableNameFilterPattern = "b%s" });

        var names = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(names.Select(n => $"'amp' | '{n}'"), schemas.Rows);
        Assert.Equal(names.Select(n => $"'amp' | '{n}' | 'blocks' | 'TABLE'"), tables.Rows);
    }

    [Fact]
    public async Task Tables_are_filtered_by_catalog_name_and_type()
    {
        async Task<string> TablesAsync(CommandGetTables asked)
        {
            asked.DbSchemaFilterPattern = "demo/plain";
            return string.Join(' ', (await _flight.AskAsync(asked)).Rows.Select(r => r.Split(" | ")[2].Trim('\'')));
        }

        Assert.Equal("blocks logs transactions", await TablesAsync(new CommandGetTables()));
        Assert.Equal("logs", await TablesAsync(new CommandGetTables { TableNameFilterPattern = "l_gs", Catalog = "amp", TableTypes = { "VIEW", "TABLE" } }));
        Assert.Equal("", await TablesAsync(new CommandGetTables { TableTypes = { "VIEW" } }));
        Assert.Equal("", await TablesAsync(new CommandGetTables { Catalog = "" }));
        Assert.Equal("", await TablesAsync(new CommandGetTables { Catalog = "Amp" }));
        Assert.Empty((await _flight.AskAsync(new CommandGetDbSchemas { Catalog = "other" })).Rows);

        var fault = await Assert.ThrowsAsync<RpcException>(async () => await TablesAsync(new CommandGetTables { TableNameFilterPattern = new string('_', 601) }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    [Fact]
    public async Task A_command_that_is_long_is_answered_and_one_whose_ticket_is_larger_than_a_message_is_refused()
    {
        Assert.Empty((await _flight.AskAsync(new CommandGetTables { TableTypes = { new string('x', 3_000_000) } })).Rows);
        var fault = await Assert.ThrowsAsync<RpcException>(() => _flight.AskAsync(new CommandGetTables { TableTypes = { new string('x', 4_193_500) } }));
        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.StartsWith("RESOURCES_EXHAUSTED: The descriptor is 4193", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_columns_that_are_shown_are_those_that_a_query_of_the_shown_names_gives()
    {
        var info = await _flight.Client.GetInfo(FlightCalls.Descriptor(new CommandGetTables { IncludeSchema = true }));
        using var call = _flight.Client.GetStream(info.Endpoints[0].Ticket);
        var seen = 0;
        while (await call.ResponseStream.MoveNext(default))
        {
            using var batch = call.ResponseStream.Current;
            for (var i = 0; i < batch.Length; i++, seen++)
            {
                var name = string.Join('.', Enumerable.Range(0, 3).Select(c => $"\"{((StringArray)batch.Column(c)).GetString(i)}\""));
                using var shown = new ArrowStreamReader(((BinaryArray)batch.Column(4)).GetBytes(i).ToArray());
                var queried = await _flight.Client.GetSchema(FlightDescriptor.CreateCommandDescriptor($"select * from {name}"));
                Assert.Equal(name + Columns(queried), name + Columns(shown.Schema));
            }
        }

        Assert.Equal(9, seen);

        static string Columns(Schema schema) => string.Concat(schema.FieldsList.Select(f => $"\n{f.Name} {f.DataType} {f.IsNullable}"));
    }

    [Fact]
    public async Task Questions_about_the_server_are_answered_one_by_one_or_all()
    {
        Assert.Equal(
            ["0 | 'Amp for .NET'", "3 | true", "504 | '\"'", "517 | []", "528 | 2", "542 | 0"],
            (await _flight.AskAsync(new CommandGetSqlInfo { Info = { 528, 0, 3, 504, 517, 542, 9999 } })).Rows);
        var all = (await _flight.AskAsync(new CommandGetSqlInfo())).Rows;
        Assert.Equal(all.Count, all.Select(r => r.Split(' ')[0]).Distinct().Count());
        Assert.Contains("2 | '23.0.0'", all);
        Assert.Contains("513 | '\\'", all);
    }

    [Fact]
    public async Task Types_are_told_in_order_all_or_those_of_a_number()
    {
        var all = (await _flight.AskAsync(new CommandGetXdbcTypeInfo())).Rows.Select(r => r.Split(" | ")).ToList();
        Assert.Equal(all.OrderBy(r => int.Parse(r[1], null)).ThenBy(r => r[0].Trim('\''), StringComparer.Ordinal), all);
        Assert.Equal(["'BIGINT'", "'UBIGINT'"], (await _flight.AskAsync(new CommandGetXdbcTypeInfo { DataType = -5 })).Rows.Select(r => r.Split(" | ")[0]));
        Assert.Equal(
            ["'DECIMAL' | 3 | 38 | null | null | ['precision', 'scale'] | 1 | false | 2 | false | false | false | 'DECIMAL' | 0 | 38 | 3 | null | 10 | null"],
            (await _flight.AskAsync(new CommandGetXdbcTypeInfo { DataType = 3 })).Rows);
        foreach (var name in all.Select(r => r[0].Trim('\'')))
            Assert.Equal(["null"], (await _flight.QueryAsync($"select cast(null as {name}) as n")).Rows);
    }

    [Fact]
    public async Task Thousands_of_datasets_come_in_pages_and_in_messages_that_clients_accept()
    {
        await using var database = await TestDatabase.CreateAsync();
        var rows = new LakeRows(database.DataSource);
        var hash = await rows.AddDatasetAsync("many", "d0", TwoServers.Raw(0), "dev");
        await rows.RunAsync("insert into datasets (namespace, name) select 'many', 'd' || i from generate_series(1, 4999) i");
        await rows.RunAsync("insert into dataset_manifests (dataset_id, manifest_hash) select id, $1 from datasets on conflict do nothing", hash);
        await rows.RunAsync("insert into dataset_tags (dataset_id, tag, manifest_hash) select id, 'dev', $1 from datasets on conflict do nothing", hash);
        await using var server = await LakeServer.StartAsync(servers.Lake.Root, database.ConnectionString);
        using var flight = new FlightCalls(server.Flight);

        var schemas = await flight.AskAsync(new CommandGetDbSchemas());
        var tables = await flight.AskAsync(new CommandGetTables { DbSchemaFilterPattern = "many/d1%", IncludeSchema = true });

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"'amp' | 'many/d{i}'").Order(StringComparer.Ordinal), schemas.Rows);
        Assert.Equal([4096, 904, 0], schemas.BatchRows);
        Assert.Equal(3 * 1111, tables.Rows.Count);
        Assert.Equal(tables.Rows.Order(StringComparer.Ordinal), tables.Rows);
        Assert.True(tables.BatchRows.Count > 3, "one batch holds all");
    }
}
