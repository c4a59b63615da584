namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a log's fields, whatever their order.</summary>
internal ref struct LogJson
{
    private const int MaxTopics = 4;

    public ReadOnlySpan<byte> BlockHash, BlockNumber, TransactionHash, TransactionIndex, LogIndex, Address, Data, Topic0, Topic1, Topic2, Topic3;

    private bool _hasTopics;

    /// <summary>Reads an object whose start was just read.</summary>
    public void Read<TJson>(scoped ref TJson json, FieldReader fields)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        while (json.NextName(out var name))
        {
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("data"u8): Data = json.Text(fields, "data"); break;
                case 6 when name.SequenceEqual("topics"u8): ReadTopics(ref json, fields); break;
                case 7 when name.SequenceEqual("address"u8): Address = json.Text(fields, "address"); break;
                case 8 when name.SequenceEqual("logIndex"u8): LogIndex = json.Text(fields, "logIndex"); break;
                case 9 when name.SequenceEqual("blockHash"u8): BlockHash = json.Text(fields, "blockHash"); break;
                case 11 when name.SequenceEqual("blockNumber"u8): BlockNumber = json.Text(fields, "blockNumber"); break;
                case 15 when name.SequenceEqual("transactionHash"u8): TransactionHash = json.Text(fields, "transactionHash"); break;
                case 16 when name.SequenceEqual("transactionIndex"u8): TransactionIndex = json.Text(fields, "transactionIndex"); break;
                default: json.SkipValue(); break;
            }
        }

        if (!_hasTopics)
            throw fields.Fault("topics", "is missing");
    }

    private void ReadTopics<TJson>(scoped ref TJson json, FieldReader fields)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        json.StartList(fields, "topics");
        Topic0 = Topic1 = Topic2 = Topic3 = default;
        _hasTopics = true;
        for (var i = 0; json.NextText(fields, "topics", out var topic); i++)
        {
            if (i == MaxTopics)
                throw fields.Fault("topics", "more than four");
            if (topic.IsEmpty)
                throw fields.Fault("topics", "one of them is null");
            switch (i)
            {
                case 0: Topic0 = topic; break;
                case 1: Topic1 = topic; break;
                case 2: Topic2 = topic; break;
                default: Topic3 = topic; break;
            }
        }
    }
}
