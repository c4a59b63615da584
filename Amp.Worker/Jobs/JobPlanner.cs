using System.Diagnostics.CodeAnalysis;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Plans a job: asks the node which chain it is on and how high, fixes the end, cuts what is missing into ranges.</summary>
internal sealed class JobPlanner(NpgsqlDataSource database, EvmBlockSources sources, JobManifests manifests, NetworkCheck networks, ILogger<JobPlanner> logger)
{
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever happens is told in the job's detail.")]
    public async Task PlanAsync(PlannerLease lease, CancellationToken cancellationToken)
    {
        var job = lease.Job;
        try
        {
            await TryPlanAsync(lease, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await JobPlanning.ReleaseAsync(database, lease, CancellationToken.None);
        }
        catch (Exception e) when (e is not NpgsqlException { IsTransient: true })
        {
            var verdict = FailureVerdict.Of(e);
            WorkerLog.PlanFailed(logger, job.Id, verdict.Status.ToWord(), verdict.Code.ToWire(), e);
            await JobPlanning.FailAsync(
                database, lease, verdict.Status, verdict.ToDetail(block: null), verdict.RetryAfter, CancellationToken.None);
        }
    }

    /// <summary>Where a job ends, now that the tip is known. Pure; an end that was fixed before stays.</summary>
    public static ulong? ResolveEnd(Job job, ulong tip)
    {
        if (job.Continuous)
            return null;
        var end = job.EndBlock ?? job.Descriptor.EndBlock.Resolve(tip);
        if (end < job.StartBlock)
            throw new AmpException(ErrorCode.InvalidEndBlock, $"end_block {end} lies before the dataset's start_block {job.StartBlock}; the tip is {tip}");
        if (end > tip && job.PlannedAt is null)
            throw new AmpException(ErrorCode.InvalidEndBlock, $"end_block {end} lies beyond the tip, which is {tip}");
        return end;
    }

    private async Task TryPlanAsync(PlannerLease lease, CancellationToken cancellationToken)
    {
        var job = lease.Job;
        var manifest = await manifests.FindAsync(job, cancellationToken);
        using var source = await sources.OpenAsync(job.Network, cancellationToken);
        var (check, head) = (networks.RunAsync(job.Network, cancellationToken), source.GetHeadAsync(manifest.FinalizedBlocksOnly, cancellationToken));

        // The check first: at a node of another chain it says what is the matter, whatever else that node says.
        await Task.WhenAll(check, head);
        var tip = (await head).Number;
        var end = ResolveEnd(job, tip);
        var tables = EvmTables.All.Select(t => t.Name).Where(manifest.Includes).ToArray();
        if (!await JobPlanning.ApplyAsync(database, lease, tables, tip, end, cancellationToken))
        {
            await JobPlanning.ReleaseAsync(database, lease, CancellationToken.None);
            return;
        }

        WorkerLog.Planned(logger, job.Id, tip, end);
        await JobPlanning.SettleAsync(database, job.Id, cancellationToken);
    }
}
