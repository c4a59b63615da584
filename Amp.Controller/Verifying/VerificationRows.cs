using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Controller.Verifying;

/// <summary>The verifications in the database. What is written under a lease counts only while the lease is held.</summary>
internal static class VerificationRows
{
    /// <summary>A holder that has not beaten for so long is gone.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private const int KeptDays = 30;

    private const string Columns =
        "id, namespace, name, manifest_hash, status, requested_at, started_at, ended_at, files_count, checked_count, report::text, error_code, error_message, attempts";

    /// <summary>Asks for one; while one of the version is underway it is that one.</summary>
    public static async Task<long> AskAsync(NpgsqlDataSource database, ResolvedDataset dataset, CancellationToken cancellationToken)
    {
        // One that ends between the two halves leaves neither: then there is room for a new one.
        while (true)
        {
            await using var command = database.CreateCommand(
                $"""
                with asked as (
                    insert into verifications (namespace, name, manifest_hash) values (@namespace, @name, @hash)
                    on conflict (namespace, name, manifest_hash) where status in ('{VerificationStatus.Scheduled}', '{VerificationStatus.Running}') do nothing
                    returning id)
                select id from asked
                union all
                select id from verifications where namespace = @namespace and name = @name and manifest_hash = @hash and status in ('{VerificationStatus.Scheduled}', '{VerificationStatus.Running}')
                limit 1
                """);
            command.Parameters.AddWithValue("namespace", dataset.Namespace);
            command.Parameters.AddWithValue("name", dataset.Name);
            command.Parameters.AddWithValue("hash", dataset.ManifestHash);
            if (await command.ExecuteScalarAsync(cancellationToken) is long id)
                return id;
        }
    }

    /// <summary>Null when there is none.</summary>
    public static async Task<Verification?> FindAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from verifications where id = @id");
        command.Parameters.AddWithValue("id", id);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Takes one that nobody does, or whose holder is gone; null when there is none. Forgets those that ended long ago.</summary>
    public static async Task<Verification?> TakeAsync(NpgsqlDataSource database, Guid holder, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            with forgotten as (delete from verifications where ended_at < now() - interval '{KeptDays} days')
            update verifications set status = '{VerificationStatus.Running}', holder = @holder, lease_expires_at = now() + make_interval(secs => @lease),
                started_at = coalesce(started_at, now()), files_count = null, checked_count = 0, attempts = attempts + 1
            where id = (
                select id from verifications where status = '{VerificationStatus.Scheduled}' or (status = '{VerificationStatus.Running}' and lease_expires_at < now())
                order by id limit 1 for update skip locked)
            returning {Columns}
            """);
        command.Parameters.AddWithValue("holder", holder);
        command.Parameters.AddWithValue("lease", Lease.TotalSeconds);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Renews the lease and tells how far it is; false when it is another's, or gone.</summary>
    public static Task<bool> BeatAsync(
        NpgsqlDataSource database, long id, Guid holder, VerificationProgress progress, CancellationToken cancellationToken) => WriteAsync(
            database, id, holder, progress, "lease_expires_at = now() + make_interval(secs => @lease)", [("lease", NpgsqlDbType.Double, Lease.TotalSeconds)], cancellationToken);

    public static Task<bool> CompleteAsync(
        NpgsqlDataSource database, long id, Guid holder, VerificationProgress progress, VerificationReport report, CancellationToken cancellationToken) => WriteAsync(
            database, id, holder, progress, $"status = '{VerificationStatus.Completed}', holder = null, lease_expires_at = null, ended_at = now(), report = @report",
            [("report", NpgsqlDbType.Jsonb, report.ToJson())], cancellationToken);

    public static Task<bool> FailAsync(
        NpgsqlDataSource database, long id, Guid holder, VerificationProgress progress, ErrorCode code, string message, CancellationToken cancellationToken) => WriteAsync(
            database, id, holder, progress, $"status = '{VerificationStatus.Failed}', holder = null, lease_expires_at = null, ended_at = now(), error_code = @code, error_message = @message",
            [("code", NpgsqlDbType.Text, code.ToWire()), ("message", NpgsqlDbType.Text, message)], cancellationToken);

    /// <summary>For the next controller: this one stops.</summary>
    public static Task<bool> GiveBackAsync(
        NpgsqlDataSource database, long id, Guid holder, VerificationProgress progress, CancellationToken cancellationToken) => WriteAsync(
            database, id, holder, progress, $"status = '{VerificationStatus.Scheduled}', holder = null, lease_expires_at = null, attempts = attempts - 1", [], cancellationToken);

    private static async Task<bool> WriteAsync(
        NpgsqlDataSource database, long id, Guid holder, VerificationProgress progress, string what, (string Name, NpgsqlDbType Type, object Value)[] values,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"update verifications set {what}, files_count = @files, checked_count = @checked where id = @id and holder = @holder");
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("holder", holder);
        command.Parameters.Add(new NpgsqlParameter("files", NpgsqlDbType.Bigint) { Value = (object?)progress.FilesCount ?? DBNull.Value });
        command.Parameters.AddWithValue("checked", progress.CheckedCount);
        foreach (var (name, type, value) in values)
            command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<Verification?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
        return new Verification(
            reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5), Time(6), Time(7),
            reader.IsDBNull(8) ? null : reader.GetInt64(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : VerificationReport.Parse(reader.GetString(10)),
            reader.IsDBNull(11) ? null : (reader.GetString(11), reader.GetString(12)), reader.GetInt32(13));
    }
}
