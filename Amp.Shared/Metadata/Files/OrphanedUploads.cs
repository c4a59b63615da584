using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>Files that were announced under a lease that is gone: the fence keeps anyone from ever registering them.</summary>
/// <remarks>Each is deleted twice, the second time long after the first: a worker that hung in its upload may publish it between.</remarks>
public static class OrphanedUploads
{
    private const int Batch = 100;

    /// <summary>Some of them, but for some.</summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="age">How long ago they were announced at least.</param>
    /// <param name="again">How long ago they were deleted at least, those that were.</param>
    /// <param name="passOver">The ids of others.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<OrphanedUpload>> FindAsync(NpgsqlDataSource database, TimeSpan age, TimeSpan again, long[] passOver, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select a.id, r.path, a.file_name, a.collected_at is not null
            from announced_uploads a join revisions r on r.id = a.revision_id
            where a.announced_at < now() - make_interval(secs => @age) and a.id <> all(@pass_over)
              and (a.collected_at is null or a.collected_at < now() - make_interval(secs => @again))
              and not exists (select 1 from block_ranges b where b.id = a.range_id and b.epoch = a.epoch and b.state = 'LEASED')
              and not exists (
                  select 1 from revision_leases l where l.revision_id = a.leased_revision_id and l.epoch = a.epoch and l.node_id is not null)
            order by a.id limit {Batch}
            """);
        command.Parameters.AddWithValue("age", age.TotalSeconds);
        command.Parameters.AddWithValue("again", again.TotalSeconds);
        command.Parameters.AddWithValue("pass_over", passOver);
        var found = new List<OrphanedUpload>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new OrphanedUpload(reader.GetInt64(0), $"{reader.GetString(1)}/{reader.GetString(2)}", reader.GetBoolean(3)));
        return found;
    }

    /// <summary>The paths of all files that are announced now and were not deleted.</summary>
    public static async Task<IReadOnlySet<string>> AnnouncedAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select r.path || '/' || a.file_name from announced_uploads a join revisions r on r.id = a.revision_id where a.collected_at is null");
        var paths = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            paths.Add(reader.GetString(0));
        return paths;
    }

    /// <summary>Their files are deleted: they are remembered, and those that were deleted before are forgotten.</summary>
    public static async Task MarkAsync(NpgsqlDataSource database, IReadOnlyList<OrphanedUpload> deleted, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with forgotten as (delete from announced_uploads where id = any(@again))
            update announced_uploads set collected_at = now() where id = any(@first)
            """);
        command.Parameters.AddWithValue("again", deleted.Where(d => d.WasDeleted).Select(d => d.Id).ToArray());
        command.Parameters.AddWithValue("first", deleted.Where(d => !d.WasDeleted).Select(d => d.Id).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A file that will never be registered.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="WasDeleted">Whether this is the second time.</param>
public sealed record OrphanedUpload(long Id, string Path, bool WasDeleted);
