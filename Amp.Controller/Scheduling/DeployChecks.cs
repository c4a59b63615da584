using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Controller.Scheduling;

/// <summary>Refuses deploys that could never be carried out, saying why.</summary>
internal sealed class DeployChecks(NpgsqlDataSource database, ChainTips tips)
{
    /// <returns>The dataset's manifest.</returns>
    public async Task<RawManifest> CheckAsync(ResolvedDataset dataset, JobDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (dataset.ReadManifest() is not RawManifest manifest)
        {
            throw new AmpException(
                ErrorCode.UnsupportedDatasetKind, $"'{dataset.FullName}' is of kind '{dataset.Kind}'; only datasets of kind '{RawManifest.EvmRpc}' can be deployed");
        }

        descriptor.Validate(manifest.StartBlock);
        if (descriptor.Verify)
            throw new AmpException(ErrorCode.VerifyNotSupported, $"verify is true, but datasets of kind '{manifest.Kind}' cannot be verified by this version; leave it out");
        if (descriptor.WorkerId is { } pattern)
            await CheckWorkerAsync(pattern, cancellationToken);
        await tips.RequireProviderAsync(manifest.Kind, manifest.Network, cancellationToken);
        if (descriptor.EndBlock is not EndBlock.Never && await tips.TryReadAsync(manifest, cancellationToken) is { } tip)
            CheckEnd(manifest, descriptor.EndBlock, tip);
        return manifest;
    }

    /// <summary>Refuses an end that the chain does not have, or that lies before the start.</summary>
    internal static void CheckEnd(RawManifest manifest, EndBlock asked, ulong tip)
    {
        var what = manifest.FinalizedBlocksOnly ? "finalized block" : "block";
        if (asked is EndBlock.Number number && number.Block > tip)
            throw new AmpException(ErrorCode.InvalidEndBlock, $"end_block {number.Block} lies beyond the newest {what} of '{manifest.Network}', {tip}; null follows the chain");
        if (asked.Resolve(tip) is { } end && end < manifest.StartBlock)
        {
            throw new AmpException(
                ErrorCode.InvalidEndBlock,
                $"end_block \"{asked.ToWord()}\" is block {end}, the newest {what} of '{manifest.Network}' being {tip}; it lies before the dataset's start_block {manifest.StartBlock}");
        }
    }

    private async Task CheckWorkerAsync(string pattern, CancellationToken cancellationToken)
    {
        if (pattern is [.. var prefix, '*'])
        {
            // A prefix may wait for workers that are still to come.
            if (prefix.Length > 0 && !DatasetNames.IsNodeId(prefix))
                throw Malformed(pattern);
            return;
        }

        if (!DatasetNames.IsNodeId(pattern))
            throw Malformed(pattern);
        if (await WorkerReading.FindAsync(database, pattern, cancellationToken) is not { Alive: true })
            throw new AmpException(ErrorCode.WorkerNotAvailable, $"worker '{pattern}' does not live; GET /workers lists those that do");
    }

    private static AmpException Malformed(string pattern) => new(
        ErrorCode.InvalidWorkerId, $"worker_id '{pattern}' is neither a node id ({DatasetNames.NodeIdPattern}) nor the start of one followed by *");
}
