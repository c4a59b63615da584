using Amp.Shared.Chain;

namespace Amp.Chains.Evm.Rpc;

/// <summary>One call: what is asked, and where the answer belongs.</summary>
/// <param name="Method">What is asked.</param>
/// <param name="Number">The block.</param>
/// <param name="Hash">The transaction, for a receipt.</param>
/// <param name="Slot">Place of the transaction in its block, for a receipt.</param>
internal readonly record struct RpcCall(RpcMethod Method, ulong Number = 0, Hash32 Hash = default, int Slot = 0)
{
    public override string ToString() => Method switch
    {
        RpcMethod.ChainId => "eth_chainId",
        RpcMethod.LatestHeader => "eth_getBlockByNumber(latest)",
        RpcMethod.FinalizedHeader => "eth_getBlockByNumber(finalized)",
        RpcMethod.SubscribeHeads => "eth_subscribe(newHeads)",
        RpcMethod.BlockReceipts => $"eth_getBlockReceipts({Number})",
        RpcMethod.TransactionReceipt => $"eth_getTransactionReceipt({Hash}) of block {Number}",
        _ => $"eth_getBlockByNumber({Number})",
    };
}
