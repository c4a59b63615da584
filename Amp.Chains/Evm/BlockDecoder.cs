using System.Text.Json;
using Amp.Chains.Evm.Json;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm;

/// <summary>Turns a node's answers into rows of the three tables, block by block; a block whose answers do not agree leaves no row.</summary>
internal sealed class BlockDecoder
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>A node that writes otherwise does so in each block: trying each of them would read all of them twice.</summary>
    private const int BlocksUntilPlainAgain = 100;

    private readonly FieldReader _fields;
    private readonly ReceiptsDecoder _receipts;
    private int _blocksNotPlain;

    public BlockDecoder()
    {
        _fields = new FieldReader();
        _receipts = new ReceiptsDecoder(_fields);
    }

    /// <summary>Appends the rows of the block.</summary>
    /// <param name="parent">The hash that the block must name as its parent; null when any will do.</param>
    public BlockHeader Decode(ulong number, in BlockAnswers answers, Hash32? parent, EvmRows rows)
    {
        var mark = rows.Mark();
        var done = false;
        try
        {
            var header = TryDecodePlain(number, answers, parent, rows, mark) ?? Decode<JsonCursor>(number, answers, parent, rows);
            done = true;
            return header;
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, $"block {number}: the answer is broken JSON", e)
            {
                BlockHash = HashOf(number, answers.Block.Span),
            };
        }
        catch (AmpException e)
        {
            e.BlockHash = HashOf(number, answers.Block.Span);
            throw;
        }
        finally
        {
            if (!done)
                rows.Truncate(mark);
        }
    }

    /// <summary>The header facts of a block that was asked for without its transactions.</summary>
    public BlockHeader DecodeHeader(ulong? number, ReadOnlySpan<byte> source)
    {
        try
        {
            _fields.Block = number ?? 0;
            _fields.List = null;
            _fields.LogIndex = -1;
            var header = new HeaderJson();
            var json = JsonCursor.Over(source);
            json.StartObject(_fields, "result", "a block");
            while (json.NextName(out var name))
            {
                if (!header.TryTake(name, ref json, _fields))
                    json.SkipValue();
            }

            return Facts(header, number, out _);
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, $"block {number}: the answer is broken JSON", e);
        }
    }

    /// <summary>Appends the rows of the block; what it has appended when it throws stays.</summary>
    internal BlockHeader Decode<TJson>(ulong number, in BlockAnswers answers, Hash32? parent, EvmRows rows)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        _fields.Block = number;
        var header = ReadBlock<TJson>(answers.Block.Span, parent, rows, out var timestampNanos);
        _receipts.Read<TJson>(header, answers, rows);
        rows.Transactions.CompleteBlock(header, timestampNanos);
        rows.Logs.CompleteBlock(header, timestampNanos);
        rows.Headers.Add(header);
        return header;
    }

    /// <summary>For the message of a fault: null when not even the header can be read, or when it is another block's.</summary>
    private Hash32? HashOf(ulong number, ReadOnlySpan<byte> source)
    {
        try
        {
            return DecodeHeader(number, source).Hash;
        }
        catch (AmpException)
        {
            return null;
        }
    }

    /// <summary>Null when the answers are not plain or something is wrong with them: then the other reading says what.</summary>
    private BlockHeader? TryDecodePlain(
        ulong number,
        in BlockAnswers answers,
        Hash32? parent,
        EvmRows rows,
        (int Blocks, int Transactions, int Logs) mark)
    {
        if (_blocksNotPlain > 0)
        {
            _blocksNotPlain--;
            return null;
        }

        try
        {
            return Decode<PlainJsonCursor>(number, answers, parent, rows);
        }
        catch (Exception e) when (e is JsonException or AmpException)
        {
            rows.Truncate(mark);
            _blocksNotPlain = BlocksUntilPlainAgain;
            return null;
        }
    }

    private BlockHeader ReadBlock<TJson>(ReadOnlySpan<byte> source, Hash32? parent, EvmRows rows, out long timestampNanos)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        _fields.List = null;
        _fields.LogIndex = -1;
        var header = new HeaderJson();
        var transactionsBlockHash = default(ReadOnlySpan<byte>);
        var hasTransactions = false;
        var json = TJson.Over(source);
        json.StartObject(_fields, "result", "a block");
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("transactions"u8))
            {
                if (hasTransactions)
                    throw _fields.Fault("transactions", "is there twice");
                hasTransactions = true;
                transactionsBlockHash = ReadTransactions(ref json, rows.Transactions);
            }
            else if (!header.TryTake(name, ref json, _fields))
            {
                json.SkipValue();
            }
        }

        json.End();
        if (!hasTransactions)
            throw _fields.Fault("transactions", "is missing");
        var facts = Facts(header, _fields.Block, out timestampNanos);
        if (!transactionsBlockHash.IsEmpty && _fields.Hash(transactionsBlockHash, "transactions.blockHash") != facts.Hash)
            throw _fields.Mismatch("transactions.blockHash", $"is not {facts.Hash}, the hash of the block they came with");
        if (parent is { } expected && expected != facts.ParentHash)
            throw _fields.Mismatch("parentHash", $"{facts.ParentHash} is not {expected}, the hash of the block before it", ErrorCode.ReorganisedChain);
        rows.Blocks.Append(header, _fields, facts, timestampNanos);
        return facts;
    }

    private BlockHeader Facts(in HeaderJson header, ulong? number, out long timestampNanos)
    {
        var actual = _fields.U64(header.Number, "number");
        if (number is { } asked && asked != actual)
            throw _fields.Mismatch("number", $"the node answered with block {actual}");
        var seconds = _fields.U64(header.Timestamp, "timestamp");
        if (seconds > long.MaxValue / NanosPerSecond)
            throw _fields.Bad("timestamp", header.Timestamp, "does not fit in 63 bits of nanoseconds");
        timestampNanos = (long)seconds * NanosPerSecond;
        return new BlockHeader(actual, _fields.Hash(header.Hash, "hash"), _fields.Hash(header.ParentHash, "parentHash"), seconds);
    }

    /// <returns>The block hash that all transactions name; empty when they name none.</returns>
    private ReadOnlySpan<byte> ReadTransactions<TJson>(scoped ref TJson json, TransactionsTable table)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        json.StartList(_fields, "transactions");
        _fields.List = "transactions";
        var blockHash = default(ReadOnlySpan<byte>);
        for (_fields.Index = 0; json.NextObject(_fields, "a whole transaction"); _fields.Index++)
        {
            var transaction = new TransactionJson();
            transaction.Read(ref json, _fields);
            if (blockHash.IsEmpty)
                blockHash = transaction.BlockHash;
            else if (!transaction.BlockHash.IsEmpty && !transaction.BlockHash.SequenceEqual(blockHash))
                throw _fields.Bad("blockHash", transaction.BlockHash, "is not that of the transactions before it");
            CheckPlace(transaction.BlockNumber, transaction.TransactionIndex);
            table.Append(transaction, _fields, (uint)_fields.Index);
        }

        _fields.List = null;
        return blockHash;
    }

    private void CheckPlace(ReadOnlySpan<byte> blockNumber, ReadOnlySpan<byte> index)
    {
        if (!blockNumber.IsEmpty && _fields.U64(blockNumber, "blockNumber") is var number && number != _fields.Block)
            throw _fields.Mismatch("blockNumber", $"{number} is not the block it came with");
        if (!index.IsEmpty && _fields.U64(index, "transactionIndex") is var place && place != (ulong)_fields.Index)
            throw _fields.Mismatch("transactionIndex", $"{place} is not its place in the block");
    }
}
