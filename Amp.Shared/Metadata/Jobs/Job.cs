using Npgsql;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>One row of <c>jobs</c>.</summary>
/// <param name="EndBlock">Last block; null while continuous or not yet planned.</param>
/// <param name="NodeIds">Workers that hold ranges now, in order; empty when none.</param>
/// <param name="Detail">Why the job is in ERROR or FATAL, as JSON; null otherwise.</param>
public sealed record Job(
    long Id,
    string Namespace,
    string Name,
    string ManifestHash,
    string Kind,
    string Network,
    JobStatus Status,
    JobDescriptor Descriptor,
    ulong StartBlock,
    ulong? EndBlock,
    bool Continuous,
    DateTimeOffset? PlannedAt,
    ulong? TipBlock,
    int Attempts,
    DateTimeOffset? RetryAt,
    string? Detail,
    DateTimeOffset DeployedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<string> NodeIds)
{
    /// <summary>Columns that <see cref="Read"/> expects, of <c>jobs j</c>.</summary>
    public const string Columns = """
        j.id, j.namespace, j.name, j.manifest_hash, j.kind, j.network, j.status, j.descriptor::text, j.start_block, j.end_block,
        j.continuous, j.planned_at, j.tip_block, j.attempts, j.retry_at, j.detail::text, j.deployed_at, j.created_at, j.updated_at,
        array(select distinct r.node_id from block_ranges r where r.job_id = j.id and r.state = 'LEASED' order by r.node_id)
        """;

    public static Job Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetString(5),
        JobStatusText.Parse(reader.GetString(6)),
        JobDescriptor.Parse(reader.GetString(7)),
        (ulong)reader.GetInt64(8),
        reader.IsDBNull(9) ? null : (ulong)reader.GetInt64(9),
        reader.GetBoolean(10),
        reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
        reader.IsDBNull(12) ? null : (ulong)reader.GetInt64(12),
        reader.GetInt32(13),
        reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        reader.IsDBNull(15) ? null : reader.GetString(15),
        reader.GetFieldValue<DateTimeOffset>(16),
        reader.GetFieldValue<DateTimeOffset>(17),
        reader.GetFieldValue<DateTimeOffset>(18),
        reader.GetFieldValue<string[]>(19));
}
