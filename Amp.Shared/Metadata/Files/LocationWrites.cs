using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>Changes which folders tables have, and which of them queries read.</summary>
public static class LocationWrites
{
    // Of one dataset version and table; whoever changes which is active holds all of them.
    private const string Same = "namespace = @ns and name = @name and manifest_hash = @hash and table_name = @table";

    /// <summary>Registers a folder; the same again gives the same id. Joins an open transaction.</summary>
    /// <exception cref="AmpException">LOCATION_CONFLICT: the folder is another table's.</exception>
    public static async Task<long> PutAsync(
        NpgsqlConnection connection, string ns, string name, string manifestHash, string table, string path, CancellationToken cancellationToken)
    {
        const string Make = "insert into revisions (namespace, name, manifest_hash, table_name, path) values (@ns, @name, @hash, @table, @path) on conflict (path) do nothing returning id";
        const string Find = $"select id from revisions where path = @path and {Same}";

        // The second statement sees what another transaction had made, and committed while the first waited for it.
        foreach (var sql in (string[])[Make, Find])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            AddIdentity(command, ns, name, manifestHash, table);
            command.Parameters.AddWithValue("path", path);
            if (await command.ExecuteScalarAsync(cancellationToken) is long id)
                return id;
        }

        throw new AmpException(ErrorCode.LocationConflict, $"the folder '{path}' is registered as another table's, see GET /locations; another path is needed");
    }

    /// <summary>Queries read this folder from now on, and no other of its table. Joins an open transaction.</summary>
    /// <exception cref="AmpException">LOCATION_NOT_FOUND: it was deleted meanwhile.</exception>
    public static async Task ActivateAsync(NpgsqlConnection connection, Location location, CancellationToken cancellationToken)
    {
        await DeactivateAsync(connection, location.Namespace, location.Name, location.ManifestHash, location.Table, except: location.Id, cancellationToken);
        await using var command = new NpgsqlCommand("update revisions set active = true, updated_at = now() where id = @id and not active", connection);
        command.Parameters.AddWithValue("id", location.Id);
        if (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
            return;

        // It is active already, or somebody has deleted it meanwhile: then the others stay as they were.
        await using var there = new NpgsqlCommand("select 1 from revisions where id = @id", connection);
        there.Parameters.AddWithValue("id", location.Id);
        if (await there.ExecuteScalarAsync(cancellationToken) is null)
            throw new AmpException(ErrorCode.LocationNotFound, $"location {location.Id} was deleted meanwhile");
    }

    /// <summary>Queries read no folder of a table. Joins an open transaction.</summary>
    public static async Task DeactivateAsync(
        NpgsqlConnection connection, string ns, string name, string manifestHash, string table, long? except, CancellationToken cancellationToken)
    {
        await using (var hold = new NpgsqlCommand($"select 1 from revisions where {Same} order by id for no key update", connection))
        {
            AddIdentity(hold, ns, name, manifestHash, table);
            await hold.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            $"update revisions set active = false, updated_at = now() where {Same} and active and id <> @except", connection);
        AddIdentity(command, ns, name, manifestHash, table);
        command.Parameters.AddWithValue("except", except ?? 0);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets a folder and its segments; its files stay. Joins an open transaction.</summary>
    /// <exception cref="AmpException">LOCATION_CONFLICT: queries read it, or a job writes there.</exception>
    public static async Task DeleteAsync(NpgsqlConnection connection, Location location, CancellationToken cancellationToken)
    {
        await RequireIdleAsync(connection, location, cancellationToken);
        await using var command = new NpgsqlCommand("delete from revisions where id = @id and not active", connection);
        command.Parameters.AddWithValue("id", location.Id);
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            throw new AmpException(ErrorCode.LocationConflict, $"location {location.Id} is the one that queries read; deactivate it first: POST /revisions/deactivate");
    }

    /// <summary>Holds the folder until the transaction ends. Joins an open transaction.</summary>
    /// <exception cref="AmpException">LOCATION_CONFLICT: a job of its dataset version is active.</exception>
    public static async Task RequireIdleAsync(NpgsqlConnection connection, Location location, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with held as (select namespace, name, manifest_hash from revisions where id = @id for update)
            select j.id from jobs j join held using (namespace, name, manifest_hash) where j.status not in ('COMPLETED', 'FATAL', 'STOPPED') limit 1
            """,
            connection);
        command.Parameters.AddWithValue("id", location.Id);
        if (await command.ExecuteScalarAsync(cancellationToken) is long job)
            throw new AmpException(ErrorCode.LocationConflict, $"job {job} writes to location {location.Id}; stop it first: PUT /jobs/{job}/stop");
    }

    private static void AddIdentity(NpgsqlCommand command, string ns, string name, string manifestHash, string table)
    {
        command.Parameters.AddWithValue("ns", ns);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("hash", manifestHash);
        command.Parameters.AddWithValue("table", table);
    }
}
