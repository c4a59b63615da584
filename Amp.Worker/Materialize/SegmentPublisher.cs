using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Ranges;
using Npgsql;

namespace Amp.Worker.Materialize;

/// <summary>Announce, write aside, publish, register last: the order in which a segment comes to be.</summary>
internal sealed class SegmentPublisher(NpgsqlDataSource database, LakeStore store, RowGroupBudget budget, TimeProvider time)
{
    public async Task<OpenSegment> OpenAsync(RangeLease lease, DatasetTables tables, ulong start, CancellationToken cancellationToken)
    {
        var names = OpenSegment.NewNames(tables, start);
        var announced = OpenSegment.Announce(tables, names);
        await RangeWrites.AnnounceAsync(database, lease, announced, cancellationToken);
        try
        {
            return OpenSegment.Open(store, tables, names, budget);
        }
        catch
        {
            await ForgetAsync(announced);
            throw;
        }
    }

    /// <summary>Takes away a segment that was not published, its announcement too: where the collector is off, nobody else does.</summary>
    public async Task DropAsync(OpenSegment segment)
    {
        segment.Dispose();
        await ForgetAsync(segment.Announced);
    }

    /// <summary>Publishes the files and registers them with the range's progress, or, when the lease is lost, takes them away again.</summary>
    /// <param name="segment">Holds at least one block.</param>
    /// <param name="lease">The fence.</param>
    /// <param name="tables">Where the files go.</param>
    /// <param name="done">The range ends here.</param>
    /// <param name="tip">The node's newest block, when this is the head range.</param>
    /// <param name="cancellationToken">Only of the process's last moment: a cancelled commit leaves its outcome unknown.</param>
    public async Task RegisterAsync(
        OpenSegment segment, RangeLease lease, DatasetTables tables, bool done, ulong? tip, CancellationToken cancellationToken)
    {
        var files = await segment.PublishAsync(time.GetUtcNow());
        try
        {
            await RangeWrites.RegisterAsync(database, lease, tables.Dataset, files, segment.Last.Number + 1, done, tip, cancellationToken);
        }
        catch (AmpException e) when (e.Code == ErrorCode.LeaseLost)
        {
            // The fence refused, hence these files are not and will never be registered: they are ours to delete.
            foreach (var file in files)
                store.Delete($"{tables.Tables.First(t => t.Revision.Id == file.RevisionId).Revision.Path}/{file.FileName}");
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await RangeWrites.ForgetAsync(connection, [.. files.Select(f => (f.RevisionId, f.FileName))], cancellationToken);
            throw;
        }
    }

    private async Task ForgetAsync(IReadOnlyList<(long RevisionId, string FileName)> announced)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await RangeWrites.ForgetAsync(connection, announced, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // The database is away: an announcement without a file is left, which the collector finds. The fault at hand is the one to tell.
        }
    }
}
