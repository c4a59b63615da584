using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Ranges;
using Amp.Worker.Coordination;
using Npgsql;

namespace Amp.Worker.Materialize;

/// <summary>Announce, write aside, publish, register last: the order in which a segment comes to be.</summary>
internal sealed class SegmentPublisher(NpgsqlDataSource database, IObjectStore store, RowGroupBudget budget, DatabasePatience patience, TimeProvider time)
{
    public async Task<OpenSegment> OpenAsync(HeldLease held, DatasetTables tables, ulong start)
    {
        var names = OpenSegment.NewNames(tables, start);
        var announced = OpenSegment.Announce(tables, names);
        var clock = new DatabaseClock(await patience.RunAsync(held, _ => RangeWrites.AnnounceAsync(database, held.Lease, announced, held.Lost)), time);
        try
        {
            return OpenSegment.Open(store, tables, names, budget, clock);
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
        if (segment.TryDrop())
            await ForgetAsync(segment.Announced);
    }

    /// <summary>Publishes the files and registers them with the range's progress, or, when the lease is lost, takes them away again.</summary>
    /// <param name="segment">Holds at least one block.</param>
    /// <param name="held">The fence. While it is held, a lost connection is waited out: what is published is not made anew, and an unknown outcome is asked for.</param>
    /// <param name="tables">Where the files go.</param>
    /// <param name="done">The range ends here.</param>
    /// <param name="tip">The node's newest block, when this is the head range.</param>
    public async Task RegisterAsync(OpenSegment segment, HeldLease held, DatasetTables tables, bool done, ulong? tip)
    {
        var registering = false;
        try
        {
            var files = await segment.PublishAsync(segment.Clock!.Now, CancellationToken.None);
            registering = true;

            // Never cancelled: a cancelled commit leaves its outcome unknown.
            await patience.RunAsync(held, again => RangeWrites.RegisterAsync(
                database, held.Lease, tables.Dataset, files, segment.Last.Number + 1, done, tip, again, CancellationToken.None));
        }
        catch (Exception e) when (!registering || e is AmpException { Code: ErrorCode.LeaseLost })
        {
            // One table's file could not be published, or the fence refused: none of them is or ever will be registered. They are ours to delete.
            await TakeBackAsync(segment, tables);
            throw;
        }
    }

    private async Task TakeBackAsync(OpenSegment segment, DatasetTables tables)
    {
        try
        {
            if (!segment.TryDrop())
                return;
            foreach (var (revision, name) in segment.Announced)
                await store.DeleteAsync($"{tables.Tables.First(t => t.Revision.Id == revision).Revision.Path}/{name}", CancellationToken.None);
        }
        catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
        {
            // The store takes no change at all: what is left stays announced, and the collector finds it. The fault at hand is the one to tell.
            return;
        }

        await ForgetAsync(segment.Announced);
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
