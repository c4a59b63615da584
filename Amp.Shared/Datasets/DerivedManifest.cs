namespace Amp.Shared.Datasets;

/// <summary>A dataset computed by SQL from others.</summary>
/// <param name="Dependencies">Datasets by the alias that the SQL uses.</param>
/// <param name="Tables">The tables computed.</param>
public sealed record DerivedManifest(
    IReadOnlyDictionary<string, DatasetReference> Dependencies, IReadOnlyDictionary<string, DerivedTable> Tables) : Manifest(DerivedKind)
{
    public const string DerivedKind = "manifest";

    public override ulong StartBlock => 0;

    public override IReadOnlyList<string> TableNames { get; } = [.. Tables.Keys.Order(StringComparer.Ordinal)];

    protected override void WriteMembers(CanonicalJson json)
    {
        json.Key("kind").String(Kind);
        json.Key("dependencies").Object(dependencies =>
        {
            foreach (var (alias, reference) in Dependencies.OrderBy(d => d.Key, StringComparer.Ordinal))
                dependencies.Key(alias).String(reference.ToString());
        });
        json.Key("tables").Object(tables =>
        {
            foreach (var name in TableNames)
            {
                tables.Key(name).Object(table =>
                {
                    table.Key("input").Object(input => input.Key("sql").String(Tables[name].Sql));
                    WriteSchema(table, Tables[name].Fields);
                });
            }
        });
        json.Key("functions").Object(_ => { });
    }
}

/// <summary>A table computed by one SELECT.</summary>
public sealed record DerivedTable(string Sql, IReadOnlyList<ManifestField> Fields);
