using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>Files that were announced under a lease that is gone: the fence keeps anyone from ever registering them.</summary>
public static class OrphanedUploads
{
    private const int Batch = 100;

    /// <summary>Some of them, announced at least so long ago, but for some.</summary>
    public static async Task<IReadOnlyList<OrphanedUpload>> FindAsync(NpgsqlDataSource database, TimeSpan age, long[] passOver, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select a.id, r.path, a.file_name
            from announced_uploads a join revisions r on r.id = a.revision_id
            where a.announced_at < now() - make_interval(secs => @age) and a.id <> all(@pass_over)
              and not exists (select 1 from block_ranges b where b.id = a.range_id and b.epoch = a.epoch and b.state = 'LEASED')
              and not exists (
                  select 1 from revision_leases l where l.revision_id = a.leased_revision_id and l.epoch = a.epoch and l.node_id is not null)
            order by a.id limit {Batch}
            """);
        command.Parameters.AddWithValue("age", age.TotalSeconds);
        command.Parameters.AddWithValue("pass_over", passOver);
        var found = new List<OrphanedUpload>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new OrphanedUpload(reader.GetInt64(0), $"{reader.GetString(1)}/{reader.GetString(2)}"));
        return found;
    }

    /// <summary>The paths of all files that are announced now.</summary>
    public static async Task<IReadOnlySet<string>> AnnouncedAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select r.path || '/' || a.file_name from announced_uploads a join revisions r on r.id = a.revision_id");
        var paths = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            paths.Add(reader.GetString(0));
        return paths;
    }

    /// <summary>The file is deleted: its announcement goes too.</summary>
    public static async Task ForgetAsync(NpgsqlDataSource database, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from announced_uploads where id = any(@ids)");
        command.Parameters.AddWithValue("ids", ids.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A file that will never be registered.</summary>
/// <param name="Path">Relative to the store's root.</param>
public sealed record OrphanedUpload(long Id, string Path);
