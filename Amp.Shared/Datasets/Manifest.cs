namespace Amp.Shared.Datasets;

/// <summary>What a dataset is: where its rows come from and which columns they have. Content-addressed by its canonical bytes.</summary>
public abstract record Manifest(string Kind)
{
    /// <summary>First block of the dataset.</summary>
    public abstract ulong StartBlock { get; }

    /// <summary>Names of the declared tables, in the order of their bytes.</summary>
    public abstract IReadOnlyList<string> TableNames { get; }

    /// <summary>The bytes that are stored and hashed.</summary>
    public byte[] ToCanonicalBytes()
    {
        var json = new CanonicalJson();
        json.Object(WriteMembers);
        return json.ToBytes();
    }

    protected abstract void WriteMembers(CanonicalJson json);

    private protected static void WriteSchema(CanonicalJson json, IReadOnlyList<ManifestField> fields) =>
        json.Key("schema").Object(s => s.Key("arrow").Object(a => a.Key("fields").Array(list =>
        {
            foreach (var field in fields)
            {
                list.Object(f =>
                {
                    f.Key("name").String(field.Name);
                    f.Key("type");
                    ArrowTypeJson.Write(f, field.Type);
                    f.Key("nullable").Bool(field.Nullable);
                });
            }
        })));
}
