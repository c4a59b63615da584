using System.Data;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Shared.Metadata.Merges;

/// <summary>Reads what a merge is decided on.</summary>
public static class MergeReading
{
    /// <summary>The live segments of each table and the database's time, all of one moment.</summary>
    public static async Task<(DateTimeOffset Now, IReadOnlyList<IReadOnlyList<SegmentRow>> Tables)> ReadAsync(
        NpgsqlDataSource database, MergeLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var command = new NpgsqlCommand("select now()", connection);
        var now = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
        var tables = new List<IReadOnlyList<SegmentRow>>();
        foreach (var revision in lease.Revisions)
            tables.Add(await SegmentReading.OfRevisionAsync(connection, revision.Id, cancellationToken));
        return (now, tables);
    }
}
