using System.Diagnostics.Metrics;

namespace Amp.Query.Execution;

/// <summary>What the caches of queries do, in OpenTelemetry's terms.</summary>
internal sealed class QueryMetrics : IDisposable
{
    private readonly Meter _meter = new("Amp.Query");

    public QueryMetrics()
    {
        CatalogHits = _meter.CreateCounter<long>("amp.catalog_cache.hits", "{dataset}", "Datasets that a plan found in memory.");
        CatalogMisses = _meter.CreateCounter<long>("amp.catalog_cache.misses", "{dataset}", "Datasets that a plan had compared with the metadata database.");
        FooterHits = _meter.CreateCounter<long>("amp.footer_cache.hits", "{file}", "Files of other systems whose columns were known.");
        FooterMisses = _meter.CreateCounter<long>("amp.footer_cache.misses", "{file}", "Files of other systems whose footer was read for their columns.");
        SegmentHits = _meter.CreateCounter<long>("amp.segment_cache.hits", "{file}", "Copies that were there, or under way, when a query needed them.");
        SegmentMisses = _meter.CreateCounter<long>("amp.segment_cache.misses", "{file}", "Copies that were fetched because a query needed them.");
        SegmentEvictions = _meter.CreateCounter<long>("amp.segment_cache.evictions", "{file}", "Copies that left to make room for others.");
        SegmentBytesFetched = _meter.CreateCounter<long>("amp.segment_cache.fetched", "By", "Bytes that were fetched from the store.");
    }

    public Counter<long> CatalogHits { get; }

    public Counter<long> CatalogMisses { get; }

    public Counter<long> FooterHits { get; }

    public Counter<long> FooterMisses { get; }

    public Counter<long> SegmentHits { get; }

    public Counter<long> SegmentMisses { get; }

    public Counter<long> SegmentEvictions { get; }

    public Counter<long> SegmentBytesFetched { get; }

    /// <summary>Has the size of a cache asked for whenever it is sent: what lay there before anybody listened counts too.</summary>
    public void Observe(Func<long> segmentBytes) =>
        _meter.CreateObservableUpDownCounter("amp.segment_cache.size", segmentBytes, "By", "What the copies take on the disk, those under way included.");

    /// <summary>Whether an instrument is one of these.</summary>
    public bool Has(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();
}
