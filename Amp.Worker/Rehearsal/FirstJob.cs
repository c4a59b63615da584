using System.Diagnostics.CodeAnalysis;
using Amp.Chains.Providers;
using Amp.Shared.Metadata;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Rehearsal;

/// <summary>
/// Plans and claims a job before there is any, so that the first one does not wait until the code for that is compiled (measured: some
/// 2,000 methods, 0.4 s of a core). Nobody notices: the tables are shadows, and of the nodes one is asked three questions.
/// </summary>
internal sealed class FirstJob(
    NpgsqlDataSource database, AmpSettings settings, ProviderFiles providers, WorkerIdentity worker, TimeProvider time, ILogger<FirstJob> logger) : IHostedService
{
    /// <summary>A worker that has work to do starts late at worst by this.</summary>
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(3);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => patience.Cancel(), null, _most, Timeout.InfiniteTimeSpan);
        if (await AreDoneAsync(PlanAndClaimAsync(patience.Token), NodeQuestions.AskAsync(providers, time, patience.Token)))
            WorkerLog.Rehearsed(logger, time.GetElapsedTime(began));
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PlanAndClaimAsync(CancellationToken cancellationToken)
    {
        await using var shadows = await ShadowTables.CreateAsync(database, settings.MetadataDb, "worker-rehearsal", cancellationToken);
        await new ShadowJob(shadows, worker).RunAsync(cancellationToken);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What goes wrong here goes wrong again where it matters, and is told there.")]
    private async Task<bool> AreDoneAsync(params Task[] parts)
    {
        try
        {
            await Task.WhenAll(parts);
            return true;
        }
        catch (Exception e)
        {
            WorkerLog.RehearsalFailed(logger, e);
            return false;
        }
    }
}
