namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a receipt's fields, whatever their order, but for its logs.</summary>
internal ref struct ReceiptJson
{
    public ReadOnlySpan<byte> BlockHash, BlockNumber, TransactionHash, TransactionIndex, Status, Root, GasUsed, CumulativeGasUsed, EffectiveGasPrice,
        ContractAddress;

    /// <summary>Takes the field if it is one of these.</summary>
    public bool TryTake<TJson>(scoped ReadOnlySpan<byte> name, scoped ref TJson json, FieldReader fields)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("root"u8): Root = json.Text(fields, "root"); return true;
            case 6 when name.SequenceEqual("status"u8): Status = json.Text(fields, "status"); return true;
            case 7 when name.SequenceEqual("gasUsed"u8): GasUsed = json.Text(fields, "gasUsed"); return true;
            case 9 when name.SequenceEqual("blockHash"u8): BlockHash = json.Text(fields, "blockHash"); return true;
            case 11 when name.SequenceEqual("blockNumber"u8): BlockNumber = json.Text(fields, "blockNumber"); return true;
            case 15 when name.SequenceEqual("transactionHash"u8): TransactionHash = json.Text(fields, "transactionHash"); return true;
            case 15 when name.SequenceEqual("contractAddress"u8): ContractAddress = json.Text(fields, "contractAddress"); return true;
            case 16 when name.SequenceEqual("transactionIndex"u8): TransactionIndex = json.Text(fields, "transactionIndex"); return true;
            case 17 when name.SequenceEqual("cumulativeGasUsed"u8): CumulativeGasUsed = json.Text(fields, "cumulativeGasUsed"); return true;
            case 17 when name.SequenceEqual("effectiveGasPrice"u8): EffectiveGasPrice = json.Text(fields, "effectiveGasPrice"); return true;
            default: return false;
        }
    }
}
