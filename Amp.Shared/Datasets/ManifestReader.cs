using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>Reads a manifest from JSON, as clients send it or as it is stored. Unknown keys are dropped, defaults filled.</summary>
public static class ManifestReader
{
    // Kinds of other systems of this family, which this one does not extract.
    private static readonly string[] _unsupported = ["firehose", "solana", "eth-beacon"];

    public static Manifest Read(ReadOnlyMemory<byte> utf8) => JsonNodeAt.Read(utf8, ErrorCode.InvalidManifest, Read);

    public static Manifest Read(JsonNodeAt root)
    {
        var kindNode = root.Required("kind");
        var kind = kindNode.String();
        return kind switch
        {
            RawManifest.EvmRpc => ReadRaw(root, kind),
            DerivedManifest.DerivedKind => ReadDerived(root),
            _ => throw new AmpException(
                ErrorCode.UnsupportedDatasetKind,
                $"{kindNode.Path}: datasets of kind '{kind}' {(_unsupported.Contains(kind, StringComparer.Ordinal) ? "are not supported" : "are not known")}; "
                + $"supported are '{RawManifest.EvmRpc}' and '{DerivedManifest.DerivedKind}'"),
        };
    }

    private static RawManifest ReadRaw(JsonNodeAt root, string kind)
    {
        var network = ReadNetwork(root.Required("network"));
        var tables = new Dictionary<string, RawTable>(StringComparer.Ordinal);
        foreach (var (name, node) in Tables(root.Optional("tables")))
        {
            var tableNetwork = node.Optional("network") is { } own ? ReadNetwork(own) : network;
            if (!string.Equals(tableNetwork, network, StringComparison.Ordinal))
                throw node.Required("network").Fault($"table '{name}' names network '{tableNetwork}', the dataset names '{network}'");
            tables.Add(name, new RawTable(ReadFields(node), tableNetwork));
        }

        return new RawManifest(
            kind, network, root.Optional("start_block")?.Block() ?? 0, root.Optional("finalized_blocks_only")?.Bool() ?? false, tables);
    }

    private static DerivedManifest ReadDerived(JsonNodeAt root)
    {
        var dependencies = new Dictionary<string, DatasetReference>(StringComparer.Ordinal);
        foreach (var (alias, node) in root.Optional("dependencies")?.Members() ?? [])
        {
            if (!DatasetNames.IsTable(alias))
                throw node.Fault($"'{alias}' is not of the form {DatasetNames.TablePattern}");
            dependencies.Add(alias, node.Dataset());
        }

        var tables = new Dictionary<string, DerivedTable>(StringComparer.Ordinal);
        foreach (var (name, node) in Tables(root.Optional("tables")))
        {
            var sql = node.Required("input").Required("sql");
            if (string.IsNullOrWhiteSpace(sql.String()))
                throw sql.Fault("the SQL is empty");
            tables.Add(name, new DerivedTable(sql.String(), ReadFields(node)));
        }

        if (root.Optional("functions") is { } functions && functions.Members().Any())
            throw functions.Fault("functions in manifests are not supported");
        return new DerivedManifest(dependencies, tables);
    }

    private static string ReadNetwork(JsonNodeAt node) => DatasetNames.IsNetwork(node.String())
        ? node.String()
        : throw node.Fault($"network '{node.String()}' is not of the form {DatasetNames.NetworkPattern}");

    private static IEnumerable<(string Name, JsonNodeAt Node)> Tables(JsonNodeAt? tables)
    {
        foreach (var (name, node) in tables?.Members() ?? [])
        {
            if (!DatasetNames.IsTable(name))
                throw node.Fault($"table name '{name}' is not of the form {DatasetNames.TablePattern}");
            yield return (name, node);
        }
    }

    private static List<ManifestField> ReadFields(JsonNodeAt table)
    {
        var fields = new List<ManifestField>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var list = table.Required("schema").Required("arrow").Required("fields");
        foreach (var node in list.Items())
        {
            var name = node.Required("name").String();
            if (name.Length == 0)
                throw node.Required("name").Fault("a column needs a name");
            if (!names.Add(name))
                throw node.Required("name").Fault($"column '{name}' is declared twice");
            fields.Add(new ManifestField(name, ArrowTypeJson.Read(node.Required("type")), node.Required("nullable").Bool()));
        }

        return fields.Count > 0 ? fields : throw list.Fault("a table needs at least one column");
    }
}
