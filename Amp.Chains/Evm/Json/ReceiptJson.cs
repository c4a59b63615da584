using System.Text.Json;

namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a receipt's fields, whatever their order, but for its logs.</summary>
internal ref struct ReceiptJson
{
    public ReadOnlySpan<byte> BlockHash, BlockNumber, TransactionHash, TransactionIndex, Status, Root, GasUsed, CumulativeGasUsed, EffectiveGasPrice,
        ContractAddress;

    /// <summary>Takes the field if it is one of these.</summary>
    public bool TryTake(scoped ReadOnlySpan<byte> name, scoped ref Utf8JsonReader json, FieldReader fields)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("root"u8): Root = fields.Text(ref json, "root"); return true;
            case 6 when name.SequenceEqual("status"u8): Status = fields.Text(ref json, "status"); return true;
            case 7 when name.SequenceEqual("gasUsed"u8): GasUsed = fields.Text(ref json, "gasUsed"); return true;
            case 9 when name.SequenceEqual("blockHash"u8): BlockHash = fields.Text(ref json, "blockHash"); return true;
            case 11 when name.SequenceEqual("blockNumber"u8): BlockNumber = fields.Text(ref json, "blockNumber"); return true;
            case 15 when name.SequenceEqual("transactionHash"u8): TransactionHash = fields.Text(ref json, "transactionHash"); return true;
            case 15 when name.SequenceEqual("contractAddress"u8): ContractAddress = fields.Text(ref json, "contractAddress"); return true;
            case 16 when name.SequenceEqual("transactionIndex"u8): TransactionIndex = fields.Text(ref json, "transactionIndex"); return true;
            case 17 when name.SequenceEqual("cumulativeGasUsed"u8): CumulativeGasUsed = fields.Text(ref json, "cumulativeGasUsed"); return true;
            case 17 when name.SequenceEqual("effectiveGasPrice"u8): EffectiveGasPrice = fields.Text(ref json, "effectiveGasPrice"); return true;
            default: return false;
        }
    }
}
