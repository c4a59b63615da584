using Amp.Shared.Chain;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Files;

/// <summary>Which files are listed: registered ones of active revisions that no compaction has replaced.</summary>
/// <param name="Table">Of this table only; null = of all.</param>
/// <param name="AfterId">Registered after this one; null = from the first.</param>
public sealed record FileQuery(string Namespace, string Name, string ManifestHash, string? Table, long? AfterId, int Limit);

/// <summary>A registered file with what the Admin API shows of it.</summary>
/// <param name="Path">Folder of its revision, relative to the store's root.</param>
public sealed record FileRecord(
    long Id,
    long LocationId,
    string Table,
    string Path,
    string FileName,
    long ObjectSize,
    string? ObjectETag,
    string Network,
    BlockRange Blocks,
    Hash32 Hash,
    Hash32 PrevHash,
    ulong? Timestamp,
    long RowCount,
    long Generation,
    IReadOnlyList<long> ParentIds,
    DateTimeOffset CreatedAt);

/// <summary>Reads the registrations of files.</summary>
public static class FileReading
{
    private const string Select = """
        select s.id, s.revision_id, r.table_name, r.path, s.file_name, s.object_size, s.object_etag, s.network, s.start_block, s.end_block,
            s.hash, s.prev_hash, s.end_timestamp, s.row_count, s.generation, s.parent_ids, s.created_at
        """;

    /// <summary>In the order of their registration.</summary>
    public static async Task<IReadOnlyList<FileRecord>> ListAsync(NpgsqlDataSource database, FileQuery query, CancellationToken cancellationToken)
    {
        // A page of each table, from the index: a dataset may have any number of files.
        await using var command = database.CreateCommand($"""
            {Select} from revisions r cross join lateral (
                select * from segments s where s.revision_id = r.id and s.retired_at is null and s.id > @after order by s.id limit @limit
            ) s
            where r.namespace = @namespace and r.name = @name and r.manifest_hash = @hash and r.active and (@table is null or r.table_name = @table)
            order by s.id limit @limit
            """);
        command.Parameters.AddWithValue("namespace", query.Namespace);
        command.Parameters.AddWithValue("name", query.Name);
        command.Parameters.AddWithValue("hash", query.ManifestHash);
        command.Parameters.Add(new NpgsqlParameter("table", NpgsqlDbType.Text) { Value = (object?)query.Table ?? DBNull.Value });
        command.Parameters.AddWithValue("after", query.AfterId ?? 0);
        command.Parameters.AddWithValue("limit", query.Limit);
        return await ReadAsync(command, cancellationToken);
    }

    public static async Task<FileRecord?> FindAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Select + " from segments s join revisions r on r.id = s.revision_id where s.id = @id");
        command.Parameters.AddWithValue("id", id);
        return await ReadAsync(command, cancellationToken) is [var file] ? file : null;
    }

    private static async Task<IReadOnlyList<FileRecord>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var files = new List<FileRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(new FileRecord(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.GetString(7),
                new BlockRange((ulong)reader.GetInt64(8), (ulong)reader.GetInt64(9)),
                new Hash32(reader.GetFieldValue<byte[]>(10)),
                new Hash32(reader.GetFieldValue<byte[]>(11)),
                reader.IsDBNull(12) ? null : (ulong)reader.GetInt64(12),
                reader.GetInt64(13),
                reader.GetInt64(14),
                reader.GetFieldValue<long[]>(15),
                reader.GetFieldValue<DateTimeOffset>(16)));
        }

        return files;
    }
}
