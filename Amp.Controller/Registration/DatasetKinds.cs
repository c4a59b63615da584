using Amp.Chains.Evm.Tables;
using Amp.Shared.Datasets;

namespace Amp.Controller.Registration;

/// <summary>What the controller knows of each kind of dataset: its tables and their columns.</summary>
internal static class DatasetKinds
{
    /// <summary>Refuses a raw manifest that contradicts its kind.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="path">Where it stands in what the client sent.</param>
    public static void Check(Manifest manifest, string path = "$")
    {
        if (manifest is RawManifest raw)
            ManifestColumns.Check(raw, [.. EvmTables.All.Select(t => new KindTable(t.Name, t.Schema))], path);
    }

    /// <summary>The tables that a dataset has: those declared, or all of the kind.</summary>
    public static IReadOnlyList<string> TablesOf(Manifest manifest) => manifest is RawManifest raw
        ? [.. EvmTables.All.Select(t => t.Name).Where(raw.Includes).Order(StringComparer.Ordinal)]
        : manifest.TableNames;
}
