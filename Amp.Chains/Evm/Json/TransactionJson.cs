using System.Text.Json;

namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a transaction's fields, whatever their order.</summary>
internal ref struct TransactionJson
{
    public ReadOnlySpan<byte> BlockHash, BlockNumber, TransactionIndex, Hash, Type, Nonce, From, To, Value, Input, Data, Gas, GasPrice, MaxFeePerGas,
        MaxPriorityFeePerGas, MaxFeePerBlobGas, ChainId, V, YParity, R, S;

    /// <summary>Lists as JSON: what they become depends on the type, which may stand after them.</summary>
    public ReadOnlySpan<byte> AccessList, BlobVersionedHashes, AuthorizationList;

    /// <summary>Reads an object whose start was just read; <paramref name="source"/> is the text that <paramref name="json"/> reads.</summary>
    public void Read(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> source, FieldReader fields)
    {
        while (json.NextName(out var name))
        {
            // By length first: one comparison for most names, measured faster than a chain of them over 25 fields.
            switch (name.Length)
            {
                case 1 when name[0] == 'v': V = fields.Text(ref json, "v"); break;
                case 1 when name[0] == 'r': R = fields.Text(ref json, "r"); break;
                case 1 when name[0] == 's': S = fields.Text(ref json, "s"); break;
                case 2 when name.SequenceEqual("to"u8): To = fields.Text(ref json, "to"); break;
                case 3 when name.SequenceEqual("gas"u8): Gas = fields.Text(ref json, "gas"); break;
                case 4 when name.SequenceEqual("hash"u8): Hash = fields.Text(ref json, "hash"); break;
                case 4 when name.SequenceEqual("from"u8): From = fields.Text(ref json, "from"); break;
                case 4 when name.SequenceEqual("type"u8): Type = fields.Text(ref json, "type"); break;
                case 4 when name.SequenceEqual("data"u8): Data = fields.Text(ref json, "data"); break;
                case 5 when name.SequenceEqual("nonce"u8): Nonce = fields.Text(ref json, "nonce"); break;
                case 5 when name.SequenceEqual("value"u8): Value = fields.Text(ref json, "value"); break;
                case 5 when name.SequenceEqual("input"u8): Input = fields.Text(ref json, "input"); break;
                case 7 when name.SequenceEqual("chainId"u8): ChainId = fields.Text(ref json, "chainId"); break;
                case 7 when name.SequenceEqual("yParity"u8): YParity = fields.Text(ref json, "yParity"); break;
                case 8 when name.SequenceEqual("gasPrice"u8): GasPrice = fields.Text(ref json, "gasPrice"); break;
                case 9 when name.SequenceEqual("blockHash"u8): BlockHash = fields.Text(ref json, "blockHash"); break;
                case 10 when name.SequenceEqual("accessList"u8): AccessList = fields.Array(ref json, source, "accessList"); break;
                case 11 when name.SequenceEqual("blockNumber"u8): BlockNumber = fields.Text(ref json, "blockNumber"); break;
                case 12 when name.SequenceEqual("maxFeePerGas"u8): MaxFeePerGas = fields.Text(ref json, "maxFeePerGas"); break;
                case 16 when name.SequenceEqual("transactionIndex"u8): TransactionIndex = fields.Text(ref json, "transactionIndex"); break;
                case 16 when name.SequenceEqual("maxFeePerBlobGas"u8): MaxFeePerBlobGas = fields.Text(ref json, "maxFeePerBlobGas"); break;
                case 17 when name.SequenceEqual("authorizationList"u8): AuthorizationList = fields.Array(ref json, source, "authorizationList"); break;
                case 19 when name.SequenceEqual("blobVersionedHashes"u8): BlobVersionedHashes = fields.Array(ref json, source, "blobVersionedHashes"); break;
                case 20 when name.SequenceEqual("maxPriorityFeePerGas"u8): MaxPriorityFeePerGas = fields.Text(ref json, "maxPriorityFeePerGas"); break;
                default: json.SkipValue(); break;
            }
        }
    }
}
