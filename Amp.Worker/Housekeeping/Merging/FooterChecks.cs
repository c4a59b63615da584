using System.Collections.Concurrent;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Looks at the ends of files before a merge of them begins, some at once and in bounded memory.</summary>
internal sealed class FooterChecks(IObjectStore store, WriterSettings settings, LeftAlone leftAlone)
{
    private const long MiB = 1L << 20;

    // What of a footer comes with one answer; only very wide files have more.
    private const long UsualFooter = 64 * 1024;

    private readonly ConcurrentDictionary<long, bool> _alike = new();
    private readonly int _atOnce = (int)Math.Clamp(settings.CacheSizeMb == 0 ? int.MaxValue : settings.CacheSizeMb * MiB / UsualFooter, 1, settings.Compactor.MetadataConcurrency);

    /// <summary>Whether all of them can be merged. Those that cannot are left alone from now on.</summary>
    public async Task<bool> PassAsync(EvmTable table, IReadOnlyList<SegmentRow> segments, CancellationToken cancellationToken)
    {
        var unknown = segments.Where(s => !_alike.ContainsKey(s.Id)).ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = _atOnce, CancellationToken = cancellationToken };
        var passed = true;
        await Parallel.ForEachAsync(unknown, options, async (segment, token) =>
        {
            if (await IsAlikeAsync(table, segment, token))
                _alike[segment.Id] = true;
            else
                passed = false;
        });
        return passed;
    }

    /// <summary>Segments that are no more: their ids never come back.</summary>
    public void Forget(IEnumerable<SegmentRow> segments)
    {
        foreach (var segment in segments)
            _alike.TryRemove(segment.Id, out _);
    }

    private async Task<bool> IsAlikeAsync(EvmTable table, SegmentRow segment, CancellationToken cancellationToken)
    {
        try
        {
            if (await SegmentColumns.AreAsync(store, segment, table.Schema, cancellationToken))
                return true;
            leftAlone.AddUnlike(segment.Id);
            return false;
        }
        catch (NotASegmentException e)
        {
            throw new MergeFault(segment.Id, e.Message, e.InnerException);
        }
    }
}
