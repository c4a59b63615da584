using Npgsql;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Deletes jobs that have ended, with their events and ranges. The data they wrote stays.</summary>
public static class JobRemoval
{
    /// <returns>Whether it was deleted, and the state the job is in otherwise; null when there is no such job.</returns>
    public static async Task<JobMove> DeleteAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand("delete from jobs where id = @id and status = any(@terminal)", connection))
        {
            command.Parameters.AddWithValue("id", id);
            command.Parameters.AddWithValue("terminal", JobTransitions.Terminal.Select(s => s.ToWord()).ToArray());
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 1)
                return new JobMove(Moved: true, Actual: null);
        }

        return new JobMove(Moved: false, await JobStates.StatusOfAsync(connection, id, cancellationToken));
    }

    /// <summary>Deletes all jobs in these states, which must be terminal.</summary>
    public static async Task<int> DeleteAllAsync(NpgsqlDataSource database, IReadOnlyList<JobStatus> statuses, CancellationToken cancellationToken)
    {
        if (statuses.FirstOrDefault(s => !s.IsTerminal(), JobStatus.Completed) is var active && !active.IsTerminal())
            throw new ArgumentException($"{active.ToWord()} is not terminal.", nameof(statuses));
        await using var command = database.CreateCommand("delete from jobs where status = any(@statuses)");
        command.Parameters.AddWithValue("statuses", statuses.Select(s => s.ToWord()).ToArray());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
