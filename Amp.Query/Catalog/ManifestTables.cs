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

    /// <summary>Whether it is the schema of a raw dataset's table, whose <c>block_num</c> is its <c>_block_num</c>.</summary>
    public static bool IsRaw(Schema columns) => EvmTables.All.Any(t => ReferenceEquals(t.Schema, columns));

    private static Schema SchemaOf(IReadOnlyList<ManifestField> fields) =>
        new([.. fields.Select(f => new Field(f.Name, f.Type, f.Nullable))], null);
}
