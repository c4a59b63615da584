using Npgsql;

namespace Amp.Shared.Metadata.Audit;

/// <summary>Who asked what of the Admin API, when, and what came of it.</summary>
public static class AuditTrail
{
    private const int MaxText = 2000;

    /// <returns>The id of the entry, to be completed by <see cref="EndAsync"/>.</returns>
    public static async Task<long> BeginAsync(NpgsqlDataSource database, string remoteAddress, string operation, string method, string path, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("insert into audit (remote_address, operation, method, path) values ($1, $2, $3, $4) returning id");
        command.Parameters.Add(new() { Value = remoteAddress });
        command.Parameters.Add(new() { Value = operation });
        command.Parameters.Add(new() { Value = method });
        command.Parameters.Add(new() { Value = Cut(path) });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Adds what the request is about.</summary>
    public static async Task NameAsync(NpgsqlDataSource database, long id, string subject, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update audit set subject = $2 where id = $1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Cut(subject) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task EndAsync(NpgsqlDataSource database, long id, int status, string? errorCode, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update audit set ended_at = now(), status = $2, error_code = $3 where id = $1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = (object?)errorCode ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Entries, newest first.</summary>
    /// <param name="before">Id that those of the page are lower than; null = from the newest.</param>
    public static async Task<IReadOnlyList<AuditEntry>> ListAsync(NpgsqlDataSource database, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            select id, at, remote_address, principal, operation, method, path, subject, ended_at, status, error_code
            from audit where id < $1 order by id desc limit $2
            """);
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new AuditEntry(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), await TextAsync(3), reader.GetString(4), reader.GetString(5), reader.GetString(6),
                await TextAsync(7),
                await reader.IsDBNullAsync(8, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(8),
                await reader.IsDBNullAsync(9, cancellationToken) ? null : reader.GetInt32(9),
                await TextAsync(10)));
        }

        return entries;

        async ValueTask<string?> TextAsync(int column) => await reader.IsDBNullAsync(column, cancellationToken) ? null : reader.GetString(column);
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
