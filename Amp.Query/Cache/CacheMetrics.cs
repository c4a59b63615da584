using System.Diagnostics.Metrics;

namespace Amp.Query.Cache;

/// <summary>What a cache of segments does, in OpenTelemetry's terms.</summary>
internal sealed class CacheMetrics : IDisposable
{
    private readonly Meter _meter = new("Amp.Query");

    public CacheMetrics()
    {
        Hits = _meter.CreateCounter<long>("amp.segment_cache.hits", "{file}", "Copies that were there, or under way, when a query needed them.");
        Misses = _meter.CreateCounter<long>("amp.segment_cache.misses", "{file}", "Copies that were fetched because a query needed them.");
        Evictions = _meter.CreateCounter<long>("amp.segment_cache.evictions", "{file}", "Copies that left to make room for others.");
        Fetched = _meter.CreateCounter<long>("amp.segment_cache.fetched", "By", "Bytes that were fetched from the store.");
        Size = _meter.CreateUpDownCounter<long>("amp.segment_cache.size", "By", "What the copies take on the disk, those under way included.");
    }

    public Counter<long> Hits { get; }

    public Counter<long> Misses { get; }

    public Counter<long> Evictions { get; }

    public Counter<long> Fetched { get; }

    public UpDownCounter<long> Size { get; }

    /// <summary>Whether an instrument is of this cache.</summary>
    public bool Has(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();
}
