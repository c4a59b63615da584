using Amp.Chains.Evm.Json;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Chain;

namespace Amp.Chains.Evm;

/// <summary>Reads the receipts and logs of one block beside its transactions, which were read before.</summary>
internal sealed class ReceiptsDecoder(FieldReader fields)
{
    private BlockHeader _header;
    private TransactionsTable _transactions = null!;
    private LogsTable _logs = null!;
    private readonly SeenText _blockHash = new(), _blockNumber = new(), _transactionHash = new(), _transactionIndex = new();

    public void Read<TJson>(in BlockHeader header, in BlockAnswers answers, EvmRows rows)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        _header = header;
        _transactions = rows.Transactions;
        _logs = rows.Logs;
        fields.List = "receipts";
        fields.Index = 0;
        var count = answers.OneEach ? ReadOneEach<TJson>(answers.Receipts.Span) : ReadList<TJson>(answers.Receipts.Span[0].Span);
        if (count != _transactions.Pending)
            throw WrongCount(count);
    }

    private int ReadList<TJson>(ReadOnlySpan<byte> source)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        var json = TJson.Over(source);
        json.StartList(fields, "", "a list of receipts");
        var count = 0;
        for (; json.NextObject(fields, "a receipt"); fields.Index = count)
            ReadReceipt(ref json, count++);
        json.End();
        return count;
    }

    private int ReadOneEach<TJson>(ReadOnlySpan<AnswerText> answers)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        for (var i = 0; i < answers.Length; i++)
        {
            fields.Index = i;
            var json = TJson.Over(answers[i].Span);
            json.StartObject(fields, "", "a receipt");
            ReadReceipt(ref json, i);
            json.End();
        }

        return answers.Length;
    }

    private void ReadReceipt<TJson>(scoped ref TJson json, int index)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        fields.Index = index;
        fields.LogIndex = -1;
        Forget();
        if (index >= _transactions.Pending)
            throw WrongCount(index + 1);
        var receipt = new ReceiptJson();
        var hasLogs = false;
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("logs"u8))
            {
                if (hasLogs)
                    throw fields.Fault("logs", "is there twice");
                hasLogs = true;
                ReadLogs(ref json, index);
            }
            else if (!receipt.TryTake(name, ref json, fields))
            {
                json.SkipValue();
            }
        }

        if (!hasLogs)
            throw fields.Fault("logs", "is missing");
        CheckPlace(receipt.BlockHash, receipt.BlockNumber, receipt.TransactionHash, receipt.TransactionIndex, index);
        _transactions.AppendReceipt(receipt, fields);
    }

    private void ReadLogs<TJson>(scoped ref TJson json, int index)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        json.StartList(fields, "logs");
        for (fields.LogIndex = 0; json.NextObject(fields, "a log"); fields.LogIndex++)
        {
            var log = new LogJson();
            log.Read(ref json, fields);
            CheckPlace(log.BlockHash, log.BlockNumber, log.TransactionHash, log.TransactionIndex, index);
            var place = fields.U64(log.LogIndex, "logIndex");
            if (place != (ulong)_logs.Pending)
                throw fields.Mismatch("logIndex", $"{place} stands where {_logs.Pending} is due: the logs of a block are numbered without a gap");
            _logs.Append(log, fields, _transactions.PendingHash(index), (uint)index, (uint)place);
        }

        fields.LogIndex = -1;
    }

    /// <summary>A receipt or a log must name the block and the transaction that it came with.</summary>
    private void CheckPlace(
        ReadOnlySpan<byte> blockHash,
        ReadOnlySpan<byte> blockNumber,
        ReadOnlySpan<byte> transactionHash,
        ReadOnlySpan<byte> transactionIndex,
        int index)
    {
        // The logs of a receipt repeat them letter by letter.
        if (_blockHash.Is(blockHash) && _blockNumber.Is(blockNumber) && _transactionHash.Is(transactionHash) && _transactionIndex.Is(transactionIndex))
            return;
        var hash = fields.Hash(blockHash, "blockHash");
        if (hash != _header.Hash)
            throw fields.Mismatch("blockHash", $"{hash} is not {_header.Hash}, the hash of the block");
        var number = fields.U64(blockNumber, "blockNumber");
        if (number != _header.Number)
            throw fields.Mismatch("blockNumber", $"{number} is not the number of the block");
        hash = fields.Hash(transactionHash, "transactionHash");
        var expected = new Hash32(_transactions.PendingHash(index));
        if (hash != expected)
            throw fields.Mismatch("transactionHash", $"{hash} is not {expected}, the transaction at this place of the block");
        if (!transactionIndex.IsEmpty && fields.U64(transactionIndex, "transactionIndex") is var place && place != (ulong)index)
            throw fields.Mismatch("transactionIndex", $"{place} is not its place in the block");
        _blockHash.Set(blockHash);
        _blockNumber.Set(blockNumber);
        _transactionHash.Set(transactionHash);
        _transactionIndex.Set(transactionIndex);
    }

    /// <summary>What was right for one transaction is not right for the next.</summary>
    private void Forget()
    {
        _blockHash.Set(default);
        _transactionHash.Set(default);
        _transactionIndex.Set(default);
    }

    private Amp.Shared.Faults.AmpException WrongCount(int count)
    {
        fields.List = null;
        return fields.Mismatch("receipts", $"{count} or more where the block has {_transactions.Pending} transactions");
    }
}
