using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Datasets;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>
/// A version's manifest and names are kept in the lake when a range of it begins; what names it later is kept by this loop, so that a restored catalogue
/// knows all names of what lies there.
/// </summary>
internal sealed class NamesInTheLake(NpgsqlDataSource database, IObjectStore lake, TimeProvider time, ILogger<NamesInTheLake> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _patienceOfStop = TimeSpan.FromSeconds(2);

    // What this process has seen to be kept, so that not every look asks the store.
    private readonly HashSet<ExtractedName> _kept = [];

    /// <summary>A store that does not answer is left to itself.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patienceOfStop, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await base.StopAsync(end.Token);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What could not be kept is tried again.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await KeepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkerLog.NamesNotKept(logger, e);
            }
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var names = await DatasetReading.ExtractedNamesAsync(database, cancellationToken);
        _kept.IntersectWith(names);
        foreach (var version in names.Where(n => !_kept.Contains(n)).GroupBy(n => (n.Namespace, n.Name, n.ManifestHash)))
        {
            var hash = ManifestHash.Parse(version.Key.ManifestHash);
            if (await ManifestStore.FindAsync(database, hash, cancellationToken) is not { } content)
                continue;
            await LakeManifests.KeepAsync(lake, version.Key.Namespace, version.Key.Name, hash, content, version.Select(n => (n.Tag, n.Since)), cancellationToken);
            _kept.UnionWith(version);
        }
    }
}
