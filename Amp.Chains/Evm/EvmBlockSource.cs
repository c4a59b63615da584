using Amp.Chains.Evm.Json;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm;

/// <summary>The blocks of one network, as one or several providers answer for it.</summary>
public sealed class EvmBlockSource : IDisposable
{
    private readonly RpcNetwork _network;
    private readonly RowsPool _pool;
    private Action<IReadOnlyList<RpcEndpoint>>? _giveBack;

    internal EvmBlockSource(RpcNetwork network, RowsPool pool, Action<IReadOnlyList<RpcEndpoint>>? giveBack = null) =>
        (_network, _pool, _giveBack) = (network, pool, giveBack);

    public string Network => _network.Name;

    /// <summary>The chain that the node is of.</summary>
    public async Task<ulong> GetChainIdAsync(CancellationToken cancel)
    {
        using var work = new SingleWork(new RpcCall(RpcMethod.ChainId), _network.Buffers);
        await _network.RunAsync(work, cancel);
        return ChainId.Read(work.Result!.Value.Span);
    }

    public Task<BlockHeader> GetHeaderAsync(ulong number, CancellationToken cancel) =>
        HeaderAsync(new RpcCall(RpcMethod.Header, number), number, cancel);

    /// <summary>The newest block, or the newest that the chain has made final.</summary>
    public Task<BlockHeader> GetHeadAsync(bool finalized, CancellationToken cancel) =>
        HeaderAsync(new RpcCall(finalized ? RpcMethod.FinalizedHeader : RpcMethod.LatestHeader), null, cancel);

    /// <summary>The rows of the blocks of a range, strictly in order, downloaded ahead within the memory that the options allow.</summary>
    /// <param name="range">The blocks, which the node must have.</param>
    /// <param name="parentHash">Hash of the block before the range, when it is known.</param>
    /// <param name="options">Memory and sizes of batches.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="AmpException">
    /// <see cref="ErrorCode.ReorganisedChain"/> when a block does not link to the one before it, after the rows of those that do;
    /// <see cref="ErrorCode.BlockInvalid"/> naming the block that failed again and again; others when the provider is away or refuses.
    /// </exception>
    public IAsyncEnumerable<BlockRows> ReadAsync(BlockRange range, Hash32? parentHash, ExtractionOptions options, CancellationToken cancel) =>
        new BlockReader(_network, _pool, range, parentHash, options).ReadAsync(cancel);

    /// <summary>New heads as the network's nodes announce them.</summary>
    public HeadAnnouncements FollowHeads() => new(_network);

    /// <summary>Gives its providers back; their connections stay open for others as long as a file tells them.</summary>
    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke(_network.Endpoints);

    /// <summary>Whether it asks these providers and no others.</summary>
    internal bool IsOf(IReadOnlyList<ProviderSettings> providers) =>
        providers.Count == _network.Endpoints.Count && _network.Endpoints.All(e => providers.Contains(e.Settings));

    private async Task<BlockHeader> HeaderAsync(RpcCall call, ulong? number, CancellationToken cancel)
    {
        using var work = new SingleWork(call, _network.Buffers);
        await _network.RunAsync(work, cancel);
        return new BlockDecoder().DecodeHeader(number, work.Result!.Value.Span);
    }
}
