using Amp.Chains.Evm;
using Amp.Chains.Providers;
using Amp.Shared.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Worker.Rehearsal;

/// <summary>What a planner asks of a node, asked of the first that answers. Connections, limits and health of the providers are those of this call alone.</summary>
internal static class NodeQuestions
{
    public static async Task AskAsync(ProviderFiles providers, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var sources = new EvmBlockSources(providers, time, NullLoggerFactory.Instance);
        foreach (var network in await providers.NetworksAsync(EvmBlockSources.Kind, cancellationToken))
        {
            foreach (var node in await sources.OpenEachAsync(network, cancellationToken))
            {
                using (node)
                {
                    if (await AnswersAsync(node, cancellationToken))
                        return;
                }
            }
        }
    }

    private static async Task<bool> AnswersAsync(EvmBlockSource node, CancellationToken cancellationToken)
    {
        try
        {
            await node.GetChainIdAsync(cancellationToken);
            await node.GetHeadAsync(finalized: false, cancellationToken);
            await node.GetHeaderAsync(0, cancellationToken);
            return true;
        }
        catch (AmpException)
        {
            // One that is away, refuses, or keeps recent blocks alone. Whoever needs it is told.
            return false;
        }
    }
}
