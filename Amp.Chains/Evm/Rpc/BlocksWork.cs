using System.Text.Json;
using Amp.Chains.Evm.Json;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Consecutive blocks with their receipts.</summary>
internal sealed class BlocksWork(ulong first, int count, AnswerBuffers buffers) : RpcWork(buffers)
{
    private readonly AnswerText?[] _blocks = new AnswerText?[count];
    private readonly AnswerText?[] _receipts = new AnswerText?[count];
    private readonly Hash32[]?[] _transactions = new Hash32[]?[count];
    private readonly AnswerText?[]?[] _receiptOfEach = new AnswerText?[]?[count];

    public ulong First => first;

    public int Count => count;

    public BlockAnswers this[int index] => _receiptOfEach[index] is { } each
        ? new BlockAnswers(_blocks[index]!.Value, Array.ConvertAll(each, r => r!.Value), OneEach: true)
        : new BlockAnswers(_blocks[index]!.Value, new[] { _receipts[index]!.Value }, OneEach: false);

    public override void AddMissing(RpcEndpoint endpoint, List<RpcCall> calls)
    {
        for (var i = 0; i < count; i++)
        {
            var number = first + (ulong)i;
            if (_blocks[i] is null)
                calls.Add(new RpcCall(RpcMethod.Block, number));
            if (_receipts[i] is not null)
                continue;
            if (!endpoint.ReceiptsPerTransaction && _receiptOfEach[i] is null)
                calls.Add(new RpcCall(RpcMethod.BlockReceipts, number));
            else if (_blocks[i] is { } block)
                AddReceipts(i, block, calls);
        }
    }

    protected override AmpException? Set(RpcCall call, AnswerText? result)
    {
        if (result is null)
            return new RetryableException(ErrorCode.BlockNotFound, $"block {call.Number}: the node answered {call} with null");
        var index = (int)(call.Number - first);
        if (call.Method == RpcMethod.Block)
            _blocks[index] = result;
        else if (call.Method == RpcMethod.BlockReceipts)
            _receipts[index] = result;
        else
            _receiptOfEach[index]![call.Slot] = result;
        return null;
    }

    private void AddReceipts(int index, AnswerText block, List<RpcCall> calls)
    {
        var hashes = _transactions[index] ??= Hashes(first + (ulong)index, block.Span);
        var receipts = _receiptOfEach[index] ??= new AnswerText?[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (receipts[i] is null)
                calls.Add(new RpcCall(RpcMethod.TransactionReceipt, first + (ulong)index, hashes[i], i));
        }
    }

    private static Hash32[] Hashes(ulong number, ReadOnlySpan<byte> block)
    {
        try
        {
            return TransactionHashes.Read(number, block);
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, $"block {number}: the answer is broken JSON", e);
        }
    }
}
