using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>The folders that tables are written to.</summary>
public static class Revisions
{
    /// <summary>The active revision of each table of a dataset version, made where there is none. Joins an open transaction.</summary>
    public static async Task<IReadOnlyList<Revision>> EnsureActiveAsync(
        NpgsqlConnection connection, string ns, string name, string manifestHash, IReadOnlyList<string> tables, long jobId, CancellationToken cancellationToken)
    {
        // Two that make a folder active at one moment cannot both: the second statement of the loser sees the row of the winner.
        var revisions = new List<Revision>();
        foreach (var table in tables)
        {
            revisions.Add(
                await TryEnsureActiveAsync(connection, ns, name, manifestHash, table, jobId, cancellationToken)
                ?? await TryEnsureActiveAsync(connection, ns, name, manifestHash, table, jobId, cancellationToken)
                ?? throw new RetryableException(ErrorCode.Unavailable, $"the revision of {ns}/{name} {table} is being changed by hand at this moment"));
        }

        return revisions;
    }

    private static async Task<Revision?> TryEnsureActiveAsync(
        NpgsqlConnection connection, string ns, string name, string manifestHash, string table, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with made as (
                insert into revisions (namespace, name, manifest_hash, table_name, path, active, writer_job_id)
                select @ns, @name, @hash, @table, @path, true, @job
                where not exists (
                    select 1 from revisions where namespace = @ns and name = @name and manifest_hash = @hash and table_name = @table and active)
                on conflict (namespace, name, manifest_hash, table_name) where active do nothing
                returning id, path
            ), taken as (
                update revisions set writer_job_id = @job, updated_at = now()
                where namespace = @ns and name = @name and manifest_hash = @hash and table_name = @table and active
                  and writer_job_id is distinct from @job
            )
            select id, path from made
            union all
            select id, path from revisions
            where namespace = @ns and name = @name and manifest_hash = @hash and table_name = @table and active
            limit 1
            """,
            connection);
        command.Parameters.AddWithValue("ns", ns);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("hash", manifestHash);
        command.Parameters.AddWithValue("table", table);
        command.Parameters.AddWithValue("path", $"{ns}/{name}/{table}/{Guid.CreateVersion7()}");
        command.Parameters.AddWithValue("job", jobId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new Revision(reader.GetInt64(0), table, reader.GetString(1)) : null;
    }

    /// <summary>The active revisions of a dataset version, by table.</summary>
    public static async Task<IReadOnlyList<Revision>> ActiveAsync(
        NpgsqlConnection connection, string ns, string name, string manifestHash, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, table_name, path from revisions
            where namespace = @ns and name = @name and manifest_hash = @hash and active order by table_name
            """,
            connection);
        command.Parameters.AddWithValue("ns", ns);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("hash", manifestHash);
        var revisions = new List<Revision>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            revisions.Add(new Revision(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return revisions;
    }
}
