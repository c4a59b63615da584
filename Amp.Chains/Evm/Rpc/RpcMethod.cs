namespace Amp.Chains.Evm.Rpc;

/// <summary>The calls that extraction makes.</summary>
internal enum RpcMethod
{
    ChainId,
    LatestHeader,
    FinalizedHeader,
    Header,
    Block,
    BlockReceipts,
    TransactionReceipt,
    SubscribeHeads,
}
