using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>One call by itself.</summary>
internal sealed class SingleWork(RpcCall call, AnswerBuffers buffers) : RpcWork(buffers)
{
    public AnswerText? Result { get; private set; }

    public override void AddMissing(RpcEndpoint endpoint, List<RpcCall> calls)
    {
        if (Result is null)
            calls.Add(call);
    }

    protected override AmpException? Set(RpcCall call, AnswerText? result)
    {
        Result = result;
        return result is null ? new RetryableException(ErrorCode.BlockNotFound, $"the node knows nothing yet of {call}") : null;
    }
}
