using System.Diagnostics.Metrics;

namespace Amp.Query.Catalog;

/// <summary>How often plans found what they need of the catalogue in memory, in OpenTelemetry's terms.</summary>
internal sealed class CatalogMetrics : IDisposable
{
    private readonly Meter _meter = new("Amp.Query");

    public CatalogMetrics()
    {
        Hits = _meter.CreateCounter<long>("amp.catalog_cache.hits", "{dataset}", "Datasets that a plan found in memory.");
        Misses = _meter.CreateCounter<long>("amp.catalog_cache.misses", "{dataset}", "Datasets that a plan had compared with the metadata database.");
        FooterHits = _meter.CreateCounter<long>("amp.footer_cache.hits", "{file}", "Files of other systems whose columns were known.");
        FooterMisses = _meter.CreateCounter<long>("amp.footer_cache.misses", "{file}", "Files of other systems whose footer was read for their columns.");
    }

    public Counter<long> Hits { get; }

    public Counter<long> Misses { get; }

    public Counter<long> FooterHits { get; }

    public Counter<long> FooterMisses { get; }

    /// <summary>Whether an instrument is of this catalogue.</summary>
    public bool Has(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();
}
