using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.Controller.Registration;

/// <summary>A table as its kind defines it.</summary>
internal sealed record KindTable(string Name, Schema Schema);

/// <summary>Compares the columns that a manifest declares with those of its kind.</summary>
internal static class ManifestColumns
{
    /// <remarks>
    /// Nullable columns at the end may be left out: manifests of other systems of this family do not know those that were
    /// added here.
    /// </remarks>
    public static void Check(RawManifest manifest, IReadOnlyList<KindTable> kindTables, string root)
    {
        foreach (var name in manifest.TableNames)
        {
            var table = kindTables.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.Ordinal))
                ?? throw Contradiction($"{root}.tables.{name}: kind '{manifest.Kind}' has no table '{name}'; it has {string.Join(", ", kindTables.Select(t => t.Name))}");
            Check(table, manifest.Tables[name].Fields, root);
        }
    }

    private static void Check(KindTable table, IReadOnlyList<ManifestField> declared, string root)
    {
        var columns = table.Schema.FieldsList;
        for (var i = 0; i < declared.Count; i++)
        {
            var field = declared[i];
            var path = $"{root}.tables.{table.Name}.schema.arrow.fields[{i}]";
            if (i >= columns.Count || !string.Equals(columns[i].Name, field.Name, StringComparison.Ordinal))
            {
                var wanted = i < columns.Count ? $"'{columns[i].Name}' is expected here" : $"the table has {columns.Count} columns";
                throw Contradiction($"{path}: table '{table.Name}' has no column '{field.Name}' at this place; {wanted}");
            }

            if (!ArrowTypeJson.Agree(columns[i].DataType, field.Type))
            {
                throw Contradiction(
                    $"{path}.type: column '{field.Name}' of table '{table.Name}' is {ArrowTypeJson.ToText(columns[i].DataType)}, not {ArrowTypeJson.ToText(field.Type)}");
            }

            if (columns[i].IsNullable != field.Nullable)
            {
                throw Contradiction(
                    $"{path}.nullable: column '{field.Name}' of table '{table.Name}' is {(columns[i].IsNullable ? "nullable" : "not nullable")}");
            }
        }

        if (columns.Skip(declared.Count).FirstOrDefault(c => !c.IsNullable) is { } missing)
            throw Contradiction($"{root}.tables.{table.Name}.schema.arrow.fields: column '{missing.Name}' of table '{table.Name}' is missing");
    }

    private static AmpException Contradiction(string what) => new(ErrorCode.InvalidManifest, what);
}
