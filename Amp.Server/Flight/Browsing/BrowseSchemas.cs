using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.Flight.Browsing;

/// <summary>The columns that Flight SQL fixes for the answers of its metadata commands.</summary>
public static class BrowseSchemas
{
    public static Schema Catalogs { get; } = new([Text("catalog_name", nullable: false)], null);

    public static Schema DbSchemas { get; } = new([Text("catalog_name"), Text("db_schema_name", nullable: false)], null);

    public static Schema Tables { get; } = new(TableFields, null);

    public static Schema TablesWithSchemas { get; } = new([.. TableFields, new Field("table_schema", BinaryType.Default, nullable: false)], null);

    public static Schema TableTypes { get; } = new([Text("table_type", nullable: false)], null);

    public static Schema PrimaryKeys { get; } = new(
        [
            Text("catalog_name"), Text("db_schema_name"), Text("table_name", nullable: false), Text("column_name", nullable: false), Text("key_name"),
            Number("key_sequence", nullable: false),
        ],
        null);

    /// <summary>Of exported keys, imported keys and cross references alike.</summary>
    public static Schema ForeignKeys { get; } = new(
        [
            Text("pk_catalog_name"), Text("pk_db_schema_name"), Text("pk_table_name", nullable: false), Text("pk_column_name", nullable: false),
            Text("fk_catalog_name"), Text("fk_db_schema_name"), Text("fk_table_name", nullable: false), Text("fk_column_name", nullable: false),
            Number("key_sequence", nullable: false), Text("fk_key_name"), Text("pk_key_name"),
            new Field("update_rule", UInt8Type.Default, nullable: false), new Field("delete_rule", UInt8Type.Default, nullable: false),
        ],
        null);

    public static Schema XdbcTypes { get; } = new(
        [
            Text("type_name", nullable: false), Number("data_type", nullable: false), Number("column_size"), Text("literal_prefix"), Text("literal_suffix"),
            new Field("create_params", new ListType(Text("item", nullable: false)), nullable: true), Number("nullable", nullable: false),
            Flag("case_sensitive", nullable: false), Number("searchable", nullable: false), Flag("unsigned_attribute"), Flag("fixed_prec_scale", nullable: false),
            Flag("auto_increment"), Text("local_type_name"), Number("minimum_scale"), Number("maximum_scale"), Number("sql_data_type", nullable: false),
            Number("datetime_subcode"), Number("num_prec_radix"), Number("interval_precision"),
        ],
        null);

    public static UnionType SqlInfoValue { get; } = new(
        [
            Text("string_value", nullable: false), Flag("bool_value", nullable: false), new Field("bigint_value", Int64Type.Default, nullable: false),
            Number("int32_bitmask", nullable: false), new Field("string_list", new ListType(Text("string_data")), nullable: false),
            new Field("int32_to_int32_list_map", new MapType(Int32Type.Default, new ListType(Number("$data$"))), nullable: false),
        ],
        [0, 1, 2, 3, 4, 5],
        UnionMode.Dense);

    public static Schema SqlInfo { get; } = new(
        [new Field("info_name", UInt32Type.Default, nullable: false), new Field("value", SqlInfoValue, nullable: false)], null);

    private static Field[] TableFields =>
        [Text("catalog_name"), Text("db_schema_name"), Text("table_name", nullable: false), Text("table_type", nullable: false)];

    private static Field Text(string name, bool nullable = true) => new(name, StringType.Default, nullable);

    private static Field Number(string name, bool nullable = true) => new(name, Int32Type.Default, nullable);

    private static Field Flag(string name, bool nullable = true) => new(name, BooleanType.Default, nullable);
}
