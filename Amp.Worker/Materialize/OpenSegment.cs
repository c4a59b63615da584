using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Worker.Coordination;

namespace Amp.Worker.Materialize;

/// <summary>The files of all tables for the same blocks, growing until the segment closes.</summary>
internal sealed class OpenSegment : IDisposable
{
    private readonly DatasetTables _tables;
    private readonly TableWriter[] _writers;
    private readonly string[] _names;
    private BlockHeader _first;
    private BlockHeader _last;

    private OpenSegment(DatasetTables tables, string[] names, TableWriter[] writers, DatabaseClock? clock)
    {
        Clock = clock;
        _tables = tables;
        _names = names;
        _writers = writers;
    }

    /// <summary>Set when it was announced: whatever was registered before is older than what is published by it.</summary>
    public DatabaseClock? Clock { get; }

    public bool IsEmpty { get; private set; } = true;

    public BlockRange Blocks => new(_first.Number, _last.Number);

    public BlockHeader Last => _last;

    /// <summary>The names under which its files were announced.</summary>
    public IReadOnlyList<(long RevisionId, string FileName)> Announced => Announce(_tables, _names);

    /// <summary>The size of the largest of its files, the open row groups at their size before encoding.</summary>
    public long Bytes => _writers.Max(w => w.FileBytes + w.OpenGroupBytes);

    public long Rows => _writers.Max(w => w.RowCount);

    /// <summary>Names for the files of a segment that starts at a block, to be announced before they are opened.</summary>
    public static string[] NewNames(DatasetTables tables, ulong start) => [.. tables.Tables.Select(_ => SegmentFileName.New(start))];

    public static IReadOnlyList<(long RevisionId, string FileName)> Announce(DatasetTables tables, string[] names) =>
        [.. tables.Tables.Select((t, i) => (t.Revision.Id, names[i]))];

    public static OpenSegment Open(IObjectStore store, DatasetTables tables, string[] names, RowGroupBudget budget, DatabaseClock? clock = null)
    {
        var writers = new List<TableWriter>();
        try
        {
            for (var i = 0; i < names.Length; i++)
            {
                var target = tables.Tables[i];
                var upload = store.OpenWrite($"{target.Revision.Path}/{names[i]}");
                writers.Add(new TableWriter(upload, target.Schema, target.Compression, budget));
            }
        }
        catch
        {
            writers.ForEach(w => w.Dispose());
            throw;
        }

        return new OpenSegment(tables, names, [.. writers], clock);
    }

    /// <summary>Adds rows of the next blocks. The tables are encoded side by side, off the thread that turns JSON into rows.</summary>
    public async Task WriteAsync(BlockRows rows)
    {
        await Task.WhenAll(_writers.Select((writer, i) => Task.Run(() => writer.Write(rows.Tables[_tables.Tables[i].Index]))));
        if (IsEmpty)
            _first = rows.Headers[0];
        _last = rows.Headers[^1];
        IsEmpty = false;
    }

    /// <summary>Ends and publishes the files of all tables.</summary>
    public async Task<IReadOnlyList<NewSegment>> PublishAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(_writers.Select((writer, i) => Task.Run(() => PublishAsync(writer, _tables.Tables[i], _names[i], now, cancellationToken))));

    public void Dispose() => TryDrop();

    /// <summary>Drops what was not published; false when the store did not let some of it go, which is then to stay announced for the collector.</summary>
    public bool TryDrop()
    {
        var dropped = true;
        foreach (var writer in _writers)
        {
            try
            {
                writer.Dispose();
            }
            catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
            {
                // The fault at hand is the one to tell.
                dropped = false;
            }
        }

        return dropped;
    }

    private async Task<NewSegment> PublishAsync(TableWriter writer, TableTarget target, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var range = new SegmentFooterRange(_first.Number, _last.Number, _tables.Network, _last.Hash, _first.ParentHash, _last.Timestamp);
        var footer = new SegmentFooter(target.Table.Name, name, now, [range], Watermark: null, ParentFileIds: [], Generation: 0)
        {
            ManifestHash = _tables.ManifestHash,
        };
        var file = await writer.PublishAsync(footer, cancellationToken);
        return new NewSegment(
            target.Revision.Id, name, file.Size, _tables.Network, range.Start, range.End, range.Hash, range.PrevHash, _last.Timestamp, writer.RowCount, now,
            file.ETag);
    }
}
