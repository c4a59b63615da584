namespace Amp.Shared.Metadata.Ranges;

/// <summary>
/// Stands for everything that decides what is missing below the head of a job without an open ordinary range: such a range is new
/// whenever anything was registered there, and the head does not move its own start unnoticed.
/// </summary>
internal static class SettleMark
{
    /// <summary>Of the job <c>j</c>. Its cost grows with the ranges of the job, not with its segments.</summary>
    public const string Sql = """
        format('%s/%s/%s',
            (select max(m.id) from block_ranges m where m.job_id = j.id and not m.is_head),
            (select string_agg(format('%s:%s', m.id, m.start_block), ',') from block_ranges m where m.job_id = j.id and m.is_head and m.state <> 'DONE'),
            (select string_agg(v.id::text, ',' order by v.id) from revisions v
             where v.namespace = j.namespace and v.name = j.name and v.manifest_hash = j.manifest_hash and v.active))
        """;
}
