using Amp.Chains.Evm.Tables;
using Amp.Shared.Datasets;
using Apache.Arrow;

namespace Amp.Query.Catalog;

/// <summary>The tables that a manifest declares, with their columns.</summary>
internal static class ManifestTables
{
    public static IReadOnlyDictionary<string, Schema> Of(Manifest manifest) => manifest switch
    {
        RawManifest raw => EvmTables.All.Where(t => raw.Includes(t.Name)).ToDictionary(t => t.Name, t => t.Schema),
        DerivedManifest derived => derived.Tables.ToDictionary(t => t.Key, t => SchemaOf(t.Value.Fields)),
        _ => new Dictionary<string, Schema>(),
    };

    private static Schema SchemaOf(IReadOnlyList<ManifestField> fields) =>
        new([.. fields.Select(f => new Field(f.Name, f.Type, f.Nullable))], null);
}
