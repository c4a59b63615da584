using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Networks;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Holds that the nodes of a network are still those of the chain that its segments were read from.</summary>
internal sealed class NetworkCheck(NpgsqlDataSource database, EvmBlockSources sources)
{
    /// <summary>
    /// Asks each node. To be called when a source is opened, and when blocks do not link: those of another chain, which a node was
    /// replaced by meanwhile, never do.
    /// </summary>
    /// <exception cref="AmpException">NETWORK_MISMATCH; or what was the matter with all of the nodes.</exception>
    public async Task RunAsync(string network, CancellationToken cancellationToken)
    {
        var answered = false;
        var nodes = await sources.OpenEachAsync(network, cancellationToken);
        try
        {
            foreach (var node in nodes)
                answered |= await AnswersAsync(node, network, cancellationToken);
        }
        finally
        {
            // Those too that were not asked, because one before them is of another chain.
            foreach (var node in nodes)
                node.Dispose();
        }

        if (answered)
            return;
        using var patient = await sources.OpenAsync(network, cancellationToken);
        await CheckAsync(patient, network, cancellationToken);
    }

    /// <summary>One that is away keeps nobody from the others.</summary>
    private async Task<bool> AnswersAsync(EvmBlockSource node, string network, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(node, network, cancellationToken);
            return true;
        }
        catch (AmpException e) when (e.Code != ErrorCode.NetworkMismatch)
        {
            return false;
        }
    }

    private async Task CheckAsync(EvmBlockSource source, string network, CancellationToken cancellationToken)
    {
        // Both at once: with a distant node each question takes as long as a batch of blocks.
        var (chainId, genesis) = (source.GetChainIdAsync(cancellationToken), FindGenesisAsync(source, cancellationToken));
        await Task.WhenAll(chainId, genesis);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await new NetworkIdentity(await chainId, await genesis).CheckAsync(connection, network, cancellationToken);
    }

    /// <summary>Null at a node that keeps recent blocks alone; its chain id must do.</summary>
    private static async Task<Hash32?> FindGenesisAsync(EvmBlockSource source, CancellationToken cancellationToken)
    {
        try
        {
            return (await source.GetHeaderAsync(0, cancellationToken)).Hash;
        }
        catch (AmpException e) when (e.Code == ErrorCode.BlockNotFound)
        {
            return null;
        }
    }
}
