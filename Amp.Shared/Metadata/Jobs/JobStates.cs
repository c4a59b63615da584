using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Changes of a job's state. Each is one statement: the row, its event and the notification, or nothing.</summary>
/// <remarks>The statements join the transaction that is open on the connection, if one is.</remarks>
public static class JobStates
{
    private const string MoveSql = $"""
        with moved as (
            update jobs set
                status = @to,
                updated_at = now(),
                attempts = case @to when 'ERROR' then attempts + 1 when 'COMPLETED' then 0 else attempts end,
                retry_at = case @to when 'ERROR' then now() + make_interval(secs => (@delays::float8[])[least(attempts + 1, cardinality(@delays::float8[]))]) end,
                detail = case when @to in ('ERROR', 'FATAL') then @detail::jsonb when @to in ('COMPLETED', 'STOPPED') then null else detail end
            where id = @id and status = any(@from)
            returning id
        ), noted as (
            insert into job_events (job_id, event_type, node_id, detail)
            select id, @to, @node, coalesce(@detail::jsonb, '{"{}"}'::jsonb) from moved
            returning job_id
        )
        select pg_notify('{NotifyChannels.Jobs}', job_id::text) from noted
        """;

    /// <summary>Moves a job to a state from any state that <see cref="JobTransitions"/> allows.</summary>
    /// <param name="connection">Open; its transaction, if any, is joined.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="to">The state wanted.</param>
    /// <param name="nodeId">The worker that acts; null for a controller.</param>
    /// <param name="detail">JSON kept in the event and, for ERROR and FATAL, in the job: {"error_code","message","block"?,"hash"?}.</param>
    /// <param name="retryAfter">The least delay before a retry, when the other side asked for one.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public static Task<JobMove> MoveAsync(
        NpgsqlConnection connection,
        long jobId,
        JobStatus to,
        string? nodeId = null,
        string? detail = null,
        TimeSpan? retryAfter = null,
        CancellationToken cancellationToken = default) =>
        MoveFromAsync(connection, jobId, JobTransitions.SourcesOf(to), to, nodeId, detail, retryAfter, cancellationToken);

    /// <summary>As <see cref="MoveAsync"/>, from some of the allowed states only.</summary>
    public static async Task<JobMove> MoveFromAsync(
        NpgsqlConnection connection,
        long jobId,
        IReadOnlyList<JobStatus> from,
        JobStatus to,
        string? nodeId = null,
        string? detail = null,
        TimeSpan? retryAfter = null,
        CancellationToken cancellationToken = default)
    {
        if (from.FirstOrDefault(f => !JobTransitions.Allows(f, to), to) is var bad && bad != to)
            throw new ArgumentException($"{bad.ToWord()} → {to.ToWord()} is not in the transition table.", nameof(from));

        await using (var command = new NpgsqlCommand(MoveSql, connection))
        {
            command.Parameters.AddWithValue("id", jobId);
            command.Parameters.AddWithValue("to", to.ToWord());
            command.Parameters.AddWithValue("from", from.Select(f => f.ToWord()).ToArray());
            command.Parameters.Add(new NpgsqlParameter("node", NpgsqlDbType.Text) { Value = (object?)nodeId ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter("detail", NpgsqlDbType.Text) { Value = (object?)detail ?? DBNull.Value });
            command.Parameters.AddWithValue("delays", RetryDelay.Table(retryAfter ?? TimeSpan.Zero));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
                return new JobMove(Moved: true, to);
        }

        // A second statement: the first may have waited for another's change that its own snapshot does not show.
        return new JobMove(Moved: false, await StatusOfAsync(connection, jobId, cancellationToken));
    }

    public static async Task<JobStatus?> StatusOfAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select status from jobs where id = @id", connection);
        command.Parameters.AddWithValue("id", jobId);
        return await command.ExecuteScalarAsync(cancellationToken) is string word ? JobStatusText.Parse(word) : null;
    }

    /// <summary>Blocks were registered: failures are counted from here on anew.</summary>
    public static async Task NoteProgressAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update jobs set attempts = 0, detail = null, updated_at = now() where id = @id and attempts > 0 and status = 'RUNNING'", connection);
        command.Parameters.AddWithValue("id", jobId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes an event that changes no state.</summary>
    public static async Task NoteAsync(
        NpgsqlConnection connection, long jobId, string eventType, string? nodeId, string detail, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into job_events (job_id, event_type, node_id, detail) values (@id, @type, @node, @detail::jsonb)", connection);
        command.Parameters.AddWithValue("id", jobId);
        command.Parameters.AddWithValue("type", eventType);
        command.Parameters.Add(new NpgsqlParameter("node", NpgsqlDbType.Text) { Value = (object?)nodeId ?? DBNull.Value });
        command.Parameters.AddWithValue("detail", detail);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The JSON of a failure, for the job's detail and its event.</summary>
    public static string FailureDetail(string errorCode, string message, ulong? block = null, string? hash = null)
    {
        var fields = new Dictionary<string, object>(StringComparer.Ordinal) { ["error_code"] = errorCode, ["message"] = message };
        if (block is { } number)
            fields["block"] = number;
        if (hash is not null)
            fields["hash"] = hash;
        return JsonSerializer.Serialize(fields);
    }
}
