namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a transaction's fields, whatever their order.</summary>
internal ref struct TransactionJson
{
    public ReadOnlySpan<byte> BlockHash, BlockNumber, TransactionIndex, Hash, Type, Nonce, From, To, Value, Input, Data, Gas, GasPrice, MaxFeePerGas,
        MaxPriorityFeePerGas, MaxFeePerBlobGas, ChainId, V, YParity, R, S;

    /// <summary>Lists as JSON: what they become depends on the type, which may stand after them.</summary>
    public ReadOnlySpan<byte> AccessList, BlobVersionedHashes, AuthorizationList;

    /// <summary>Reads an object whose start was just read.</summary>
    public void Read<TJson>(scoped ref TJson json, FieldReader fields)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        while (json.NextName(out var name))
        {
            // By length first: one comparison for most names, measured faster than a chain of them over 25 fields.
            switch (name.Length)
            {
                case 1 when name[0] == 'v': V = json.Text(fields, "v"); break;
                case 1 when name[0] == 'r': R = json.Text(fields, "r"); break;
                case 1 when name[0] == 's': S = json.Text(fields, "s"); break;
                case 2 when name.SequenceEqual("to"u8): To = json.Text(fields, "to"); break;
                case 3 when name.SequenceEqual("gas"u8): Gas = json.Text(fields, "gas"); break;
                case 4 when name.SequenceEqual("hash"u8): Hash = json.Text(fields, "hash"); break;
                case 4 when name.SequenceEqual("from"u8): From = json.Text(fields, "from"); break;
                case 4 when name.SequenceEqual("type"u8): Type = json.Text(fields, "type"); break;
                case 4 when name.SequenceEqual("data"u8): Data = json.Text(fields, "data"); break;
                case 5 when name.SequenceEqual("nonce"u8): Nonce = json.Text(fields, "nonce"); break;
                case 5 when name.SequenceEqual("value"u8): Value = json.Text(fields, "value"); break;
                case 5 when name.SequenceEqual("input"u8): Input = json.Text(fields, "input"); break;
                case 7 when name.SequenceEqual("chainId"u8): ChainId = json.Text(fields, "chainId"); break;
                case 7 when name.SequenceEqual("yParity"u8): YParity = json.Text(fields, "yParity"); break;
                case 8 when name.SequenceEqual("gasPrice"u8): GasPrice = json.Text(fields, "gasPrice"); break;
                case 9 when name.SequenceEqual("blockHash"u8): BlockHash = json.Text(fields, "blockHash"); break;
                case 10 when name.SequenceEqual("accessList"u8): AccessList = json.Array(fields, "accessList"); break;
                case 11 when name.SequenceEqual("blockNumber"u8): BlockNumber = json.Text(fields, "blockNumber"); break;
                case 12 when name.SequenceEqual("maxFeePerGas"u8): MaxFeePerGas = json.Text(fields, "maxFeePerGas"); break;
                case 16 when name.SequenceEqual("transactionIndex"u8): TransactionIndex = json.Text(fields, "transactionIndex"); break;
                case 16 when name.SequenceEqual("maxFeePerBlobGas"u8): MaxFeePerBlobGas = json.Text(fields, "maxFeePerBlobGas"); break;
                case 17 when name.SequenceEqual("authorizationList"u8): AuthorizationList = json.Array(fields, "authorizationList"); break;
                case 19 when name.SequenceEqual("blobVersionedHashes"u8): BlobVersionedHashes = json.Array(fields, "blobVersionedHashes"); break;
                case 20 when name.SequenceEqual("maxPriorityFeePerGas"u8): MaxPriorityFeePerGas = json.Text(fields, "maxPriorityFeePerGas"); break;
                default: json.SkipValue(); break;
            }
        }
    }
}
