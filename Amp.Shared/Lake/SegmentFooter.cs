using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake;

/// <summary>What a segment's file says of itself in its footer, so that a lake can be read without any database.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="FileName">Name of the file when it was written.</param>
/// <param name="CreatedAt">When it was written; the format keeps nanoseconds, this type 100 of them.</param>
/// <param name="Ranges">Blocks in the file, one range a network.</param>
/// <param name="Watermark">Event-time watermark of derived tables; null where there is none.</param>
/// <param name="ParentFileIds">Registrations that a compaction merged into this file.</param>
/// <param name="Generation">0 fresh, 1 + the highest of the parents after a compaction.</param>
public sealed record SegmentFooter(
    string Table,
    string FileName,
    DateTimeOffset CreatedAt,
    IReadOnlyList<SegmentFooterRange> Ranges,
    ulong? Watermark,
    IReadOnlyList<long> ParentFileIds,
    long Generation)
{
    /// <summary>Key of the segment's own description; a historical name, kept so that lakes can be exchanged.</summary>
    public const string MetadataKey = "nozzle_metadata";

    public const string ParentsKey = "parent_file_ids";

    public const string GenerationKey = "generation";

    /// <summary>Key of the manifest's hash, which lakes of other systems lack: tells which version of a dataset a folder is of.</summary>
    public const string ManifestHashKey = "amp_manifest_hash";

    /// <summary>Of the dataset version that the file belongs to; null in lakes of other systems.</summary>
    public string? ManifestHash { get; init; }

    /// <summary>Key/values of the Parquet footer, but for <c>ARROW:schema</c>, which the Parquet library writes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToKeyValues() => SegmentFooterJson.Write(this);

    /// <summary>Reads key/values of a footer. Timestamp, generation, parents and the manifest's hash may be absent.</summary>
    /// <exception cref="AmpException">The description is absent or malformed.</exception>
    public static SegmentFooter Parse(IReadOnlyDictionary<string, string> keyValues) => SegmentFooterJson.Read(keyValues);
}

/// <summary>Blocks of one network in a file.</summary>
/// <param name="Hash">Hash of the last block.</param>
/// <param name="PrevHash">Parent hash of the first block.</param>
/// <param name="Timestamp">Of the last block, in seconds; null in lakes of other systems.</param>
public sealed record SegmentFooterRange(ulong Start, ulong End, string Network, Hash32 Hash, Hash32 PrevHash, ulong? Timestamp);
