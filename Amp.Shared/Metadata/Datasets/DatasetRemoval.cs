using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Shared.Metadata.Datasets;

/// <summary>Takes datasets and versions away. The data in the lake stays.</summary>
public static class DatasetRemoval
{
    /// <summary>Unlinks a dataset and deletes manifests that nothing else links to. A dataset that is not there is no error.</summary>
    public static async Task RemoveAsync(NpgsqlDataSource database, string ns, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A deploy holds this row until its job can be seen.
        await LockAsync(connection, ns, name, cancellationToken);
        await RefuseWhileActiveAsync(connection, ns, name, cancellationToken);
        var hashes = await ReadTextsAsync(
            connection,
            """
            with gone as (delete from datasets where namespace = @namespace and name = @name returning id)
            select l.manifest_hash from dataset_manifests l join gone on gone.id = l.dataset_id
            """,
            ns, name, cancellationToken);
        await ManifestStore.DeleteUnlinkedAsync(connection, hashes, cancellationToken);
        await NotifyAsync(connection, ns, name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Takes one version away; its manifest stays linked, so that its hash still names it. The highest one, which <c>latest</c>
    /// names, is refused. A version that is not there is no error.
    /// </summary>
    public static async Task RemoveVersionAsync(NpgsqlDataSource database, string ns, string name, DatasetVersion version, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Registrations lock this row too: no version can become or cease to be the highest meanwhile.
        // Two statements: the second sees what was committed while the first waited.
        await LockAsync(connection, ns, name, cancellationToken);
        var tags = await ReadTextsAsync(
            connection,
            "select t.tag from dataset_tags t join datasets d on d.id = t.dataset_id where d.namespace = @namespace and d.name = @name",
            ns, name, cancellationToken);
        var versions = tags.Where(t => DatasetVersion.TryParse(t, out _)).Select(DatasetVersion.Parse).ToList();
        if (versions.Contains(version) && !versions.Any(v => v.CompareTo(version) > 0))
            throw new AmpException(ErrorCode.CannotDeleteLatestVersion, $"version {version} of '{ns}/{name}' is the latest one; register a higher version first, or delete the dataset");

        await using (var command = new NpgsqlCommand(
            "delete from dataset_tags t using datasets d where d.id = t.dataset_id and d.namespace = @namespace and d.name = @name and t.tag = @tag", connection))
        {
            command.Parameters.AddWithValue("namespace", ns);
            command.Parameters.AddWithValue("name", name);
            command.Parameters.AddWithValue("tag", version.Text);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await NotifyAsync(connection, ns, name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static Task LockAsync(NpgsqlConnection connection, string ns, string name, CancellationToken cancellationToken) =>
        ReadTextsAsync(connection, "select namespace from datasets where namespace = @namespace and name = @name for update", ns, name, cancellationToken);

    private static async Task RefuseWhileActiveAsync(NpgsqlConnection connection, string ns, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select id, status from jobs where namespace = @namespace and name = @name and not status = any(@terminal) order by id limit 1", connection);
        command.Parameters.AddWithValue("namespace", ns);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("terminal", JobTransitions.Terminal.Select(s => s.ToWord()).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            throw new AmpException(
                ErrorCode.ActiveJobConflict,
                $"job {reader.GetInt64(0)} of '{ns}/{name}' is {reader.GetString(1)}; stop it first: PUT /jobs/{reader.GetInt64(0)}/stop");
        }
    }

    private static async Task<IReadOnlyList<string>> ReadTextsAsync(
        NpgsqlConnection connection, string sql, string ns, string name, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("namespace", ns);
        command.Parameters.AddWithValue("name", name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static async Task NotifyAsync(NpgsqlConnection connection, string ns, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_notify(@channel, @payload)", connection);
        command.Parameters.AddWithValue("channel", NotifyChannels.Datasets);
        command.Parameters.AddWithValue("payload", $"{ns}/{name}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
