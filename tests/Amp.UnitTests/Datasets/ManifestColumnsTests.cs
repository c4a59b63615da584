using System.Text;
using System.Text.Json.Nodes;
using Amp.Chains.Evm.Tables;
using Amp.Controller.Registration;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Datasets;

public sealed class ManifestColumnsTests
{
    [Fact]
    public void A_manifest_with_the_columns_of_its_kind_is_accepted()
    {
        var full = ManifestOf("blocks", "transactions", "logs");
        DatasetKinds.Check(Read(full));
        Assert.Equal(["blocks", "logs", "transactions"], DatasetKinds.TablesOf(Read(full)));
        Assert.Equal(["logs"], DatasetKinds.TablesOf(Read(ManifestOf("logs"))));
        Assert.Equal(["blocks", "logs", "transactions"], DatasetKinds.TablesOf(Read(ManifestOf())));
    }

    [Fact]
    public void Nullable_columns_at_the_end_may_be_left_out_as_older_lakes_do()
    {
        var manifest = ManifestOf("transactions");
        for (var i = 0; i < 3; i++)
            Fields(manifest, "transactions").RemoveAt(Fields(manifest, "transactions").Count - 1);
        DatasetKinds.Check(Read(manifest));
    }

    [Fact]
    public void An_unknown_table_is_named()
    {
        var manifest = ManifestOf("logs");
        manifest["tables"]!["traces"] = manifest["tables"]!["logs"]!.DeepClone();
        Refused(manifest, "$.tables.traces", "'traces'", "blocks, transactions, logs");
    }

    [Fact]
    public void A_column_of_another_type_is_named()
    {
        var manifest = ManifestOf("logs");
        Fields(manifest, "logs")[1]!["type"] = new JsonObject { ["FixedSizeBinary"] = 20 };
        Refused(manifest, "$.tables.logs.schema.arrow.fields[1].type", "'block_hash' of table 'logs'", """is {"FixedSizeBinary":32}, not {"FixedSizeBinary":20}""");
    }

    [Fact]
    public void A_column_of_another_nullability_is_named()
    {
        var manifest = ManifestOf("logs");
        Fields(manifest, "logs")[0]!["nullable"] = true;
        Refused(manifest, "fields[0].nullable", "'_block_num' of table 'logs' is not nullable");
    }

    [Fact]
    public void A_column_that_the_kind_does_not_have_is_named()
    {
        var manifest = ManifestOf("logs");
        Fields(manifest, "logs").Add(new JsonObject { ["name"] = "decoded", ["type"] = "Utf8", ["nullable"] = true });
        Refused(manifest, "no column 'decoded'");
    }

    [Fact]
    public void A_column_that_is_missing_is_named()
    {
        var manifest = ManifestOf("logs");
        Fields(manifest, "logs").RemoveAt(Fields(manifest, "logs").Count - 1);
        Refused(manifest, "column 'data' of table 'logs' is missing");
    }

    private static void Refused(JsonObject manifest, params string[] parts)
    {
        var fault = Assert.Throws<AmpException>(() => DatasetKinds.Check(Read(manifest)));
        Assert.Equal(ErrorCode.InvalidManifest, fault.Code);
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }

    private static Manifest Read(JsonObject manifest) => ManifestReader.Read(Encoding.UTF8.GetBytes(manifest.ToJsonString()));

    private static JsonArray Fields(JsonObject manifest, string table) => manifest["tables"]![table]!["schema"]!["arrow"]!["fields"]!.AsArray();

    private static JsonObject ManifestOf(params string[] tables)
    {
        var members = new JsonObject();
        foreach (var table in EvmTables.All.Where(t => tables.Contains(t.Name, StringComparer.Ordinal)))
        {
            var fields = new JsonArray();
            foreach (var column in table.Schema.FieldsList)
                fields.Add(new JsonObject { ["name"] = column.Name, ["type"] = JsonNode.Parse(ArrowTypeJson.ToText(column.DataType)), ["nullable"] = column.IsNullable });
            members[table.Name] = new JsonObject { ["schema"] = new JsonObject { ["arrow"] = new JsonObject { ["fields"] = fields } } };
        }

        return new JsonObject { ["kind"] = "evm-rpc", ["network"] = "mainnet", ["tables"] = members };
    }
}
