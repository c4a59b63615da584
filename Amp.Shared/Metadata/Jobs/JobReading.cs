using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Which jobs are listed.</summary>
/// <param name="Statuses">Their states; null = all.</param>
/// <param name="Dataset">Of this dataset version only; null = of all.</param>
/// <param name="BeforeId">Older than this one; null = from the newest.</param>
/// <param name="Limit">At most so many.</param>
public sealed record JobQuery(
    IReadOnlyList<JobStatus>? Statuses, (string Namespace, string Name, string ManifestHash)? Dataset, long? BeforeId, int Limit);

/// <summary>An entry of a job's history.</summary>
public sealed record JobEvent(long Id, long JobId, string EventType, string? NodeId, string Detail, DateTimeOffset CreatedAt);

/// <summary>Reads jobs and their events.</summary>
public static class JobReading
{
    public static async Task<Job?> FindAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Job.Columns} from jobs j where j.id = @id");
        command.Parameters.AddWithValue("id", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Job.Read(reader) : null;
    }

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<Job>> ListAsync(NpgsqlDataSource database, JobQuery query, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"""
            select {Job.Columns} from jobs j
            where (@statuses is null or j.status = any(@statuses)) and (@before is null or j.id < @before)
              and (@namespace is null or (j.namespace = @namespace and j.name = @name and j.manifest_hash = @hash))
            order by j.id desc limit @limit
            """);
        Add(command, "statuses", NpgsqlDbType.Array | NpgsqlDbType.Text, query.Statuses?.Select(s => s.ToWord()).ToArray());
        Add(command, "before", NpgsqlDbType.Bigint, query.BeforeId);
        Add(command, "namespace", NpgsqlDbType.Text, query.Dataset?.Namespace);
        Add(command, "name", NpgsqlDbType.Text, query.Dataset?.Name);
        Add(command, "hash", NpgsqlDbType.Text, query.Dataset?.ManifestHash);
        command.Parameters.AddWithValue("limit", query.Limit);
        var jobs = new List<Job>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            jobs.Add(Job.Read(reader));
        return jobs;
    }

    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<JobEvent>> ListEventsAsync(
        NpgsqlDataSource database, long jobId, long? afterId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select id, job_id, event_type, node_id, detail::text, created_at from job_events
            where job_id = @job and (@after is null or id > @after) order by id limit @limit
            """);
        command.Parameters.AddWithValue("job", jobId);
        Add(command, "after", NpgsqlDbType.Bigint, afterId);
        command.Parameters.AddWithValue("limit", limit);
        return await ReadEventsAsync(command, cancellationToken);
    }

    public static async Task<JobEvent?> FindEventAsync(NpgsqlDataSource database, long jobId, long eventId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select id, job_id, event_type, node_id, detail::text, created_at from job_events where job_id = @job and id = @id");
        command.Parameters.AddWithValue("job", jobId);
        command.Parameters.AddWithValue("id", eventId);
        return await ReadEventsAsync(command, cancellationToken) is [var found] ? found : null;
    }

    private static async Task<IReadOnlyList<JobEvent>> ReadEventsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var events = new List<JobEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new JobEvent(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return events;
    }

    private static void Add(NpgsqlCommand command, string name, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
