namespace Amp.Shared.Datasets;

/// <summary>A dataset extracted from a chain's nodes; its columns come from its kind.</summary>
/// <param name="Kind">Which extraction: <c>evm-rpc</c>.</param>
/// <param name="Network">The network whose providers serve it.</param>
/// <param name="FirstBlock">First block wanted.</param>
/// <param name="FinalizedBlocksOnly">Follow the finalized head instead of the newest.</param>
/// <param name="Tables">Declared tables; none = all of the kind.</param>
public sealed record RawManifest(
    string Kind, string Network, ulong FirstBlock, bool FinalizedBlocksOnly, IReadOnlyDictionary<string, RawTable> Tables) : Manifest(Kind)
{
    /// <summary>The kind whose rows come over an Ethereum node's JSON-RPC.</summary>
    public const string EvmRpc = "evm-rpc";

    public override ulong StartBlock => FirstBlock;

    public override IReadOnlyList<string> TableNames { get; } = [.. Tables.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a table of the kind belongs to the dataset.</summary>
    public bool Includes(string table) => Tables.Count == 0 || Tables.ContainsKey(table);

    protected override void WriteMembers(CanonicalJson json)
    {
        json.Key("kind").String(Kind);
        json.Key("network").String(Network);
        json.Key("start_block").Number(FirstBlock);
        json.Key("finalized_blocks_only").Bool(FinalizedBlocksOnly);
        json.Key("tables").Object(tables =>
        {
            foreach (var name in TableNames)
            {
                tables.Key(name).Object(table =>
                {
                    WriteSchema(table, Tables[name].Fields);
                    table.Key("network").String(Tables[name].Network);
                });
            }
        });
    }
}

/// <summary>A table of a raw dataset.</summary>
public sealed record RawTable(IReadOnlyList<ManifestField> Fields, string Network);
