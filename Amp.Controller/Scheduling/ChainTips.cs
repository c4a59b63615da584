using Amp.Chains.Evm;
using Amp.Chains.Providers;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Controller.Scheduling;

/// <summary>What a deploy needs to know of a network: whether any provider serves it, and how far its chain is.</summary>
internal sealed partial class ChainTips(ProviderFiles providers, EvmBlockSources sources, TimeProvider time, ILogger<ChainTips> logger)
{
    // A deploy does not wait for a node that is away: the worker that plans the job asks again and judges.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Refuses a network that no provider file names.</summary>
    /// <remarks>Variables are not replaced here: they may be set for the workers alone.</remarks>
    public async Task RequireProviderAsync(string kind, string network, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var name in await providers.NamesAsync(cancellationToken))
        {
            try
            {
                var file = await providers.ReadAsync(name, cancellationToken);
                if (string.Equals(file.Kind, kind, StringComparison.Ordinal) && string.Equals(file.Network, network, StringComparison.Ordinal))
                    return;
            }
            catch (AmpException e) when (!e.IsRetryable)
            {
                wrong.Add(e.Message);
            }
        }

        throw new AmpException(
            ErrorCode.NoProviderForNetwork,
            $"no provider serves network '{network}'; put a file such as {Path.Join(providers.Folder, FileName(network))} with kind = \"{kind}\", "
            + $"network = \"{network}\" and the node's url there{(wrong.Count > 0 ? "; files that cannot be read: " + string.Join("; ", wrong) : "")}");
    }

    /// <summary>The newest block of the network; null when the node does not tell in time.</summary>
    public async Task<ulong?> TryReadAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var source = await sources.OpenAsync(manifest.Network, either.Token);
            return (await source.GetHeadAsync(manifest.FinalizedBlocksOnly, either.Token)).Number;
        }
        catch (AmpException e)
        {
            LogUnknown(manifest.Network, AmpException.Describe(e));
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnknown(manifest.Network, $"no answer within {_patience.TotalSeconds} s");
            return null;
        }
    }

    private static string FileName(string network) => (DatasetNames.IsName(network) ? network : "my_provider") + ".toml";

    [LoggerMessage(4011, LogLevel.Warning, "The tip of network {Network} is not known, the worker that plans the job will judge its end: {Reason}")]
    private partial void LogUnknown(string network, string reason);
}
