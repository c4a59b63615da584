using System.Text.Json;

namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a block's own fields, whatever their order.</summary>
internal ref struct HeaderJson
{
    public ReadOnlySpan<byte> Number, Hash, ParentHash, OmmersHash, Miner, StateRoot, TransactionsRoot, ReceiptsRoot, LogsBloom, Difficulty,
        TotalDifficulty, GasLimit, GasUsed, Timestamp, ExtraData, MixHash, Nonce, BaseFeePerGas, WithdrawalsRoot, BlobGasUsed, ExcessBlobGas,
        ParentBeaconBlockRoot, RequestsHash;

    /// <summary>Takes the field if it is one of the header's.</summary>
    public bool TryTake(scoped ReadOnlySpan<byte> name, scoped ref Utf8JsonReader json, FieldReader fields)
    {
        if (name.SequenceEqual("number"u8))
            Number = fields.Text(ref json, "number");
        else if (name.SequenceEqual("hash"u8))
            Hash = fields.Text(ref json, "hash");
        else if (name.SequenceEqual("parentHash"u8))
            ParentHash = fields.Text(ref json, "parentHash");
        else if (name.SequenceEqual("sha3Uncles"u8))
            OmmersHash = fields.Text(ref json, "sha3Uncles");
        else if (name.SequenceEqual("miner"u8))
            Miner = fields.Text(ref json, "miner");
        else if (name.SequenceEqual("stateRoot"u8))
            StateRoot = fields.Text(ref json, "stateRoot");
        else if (name.SequenceEqual("transactionsRoot"u8))
            TransactionsRoot = fields.Text(ref json, "transactionsRoot");
        else if (name.SequenceEqual("receiptsRoot"u8))
            ReceiptsRoot = fields.Text(ref json, "receiptsRoot");
        else if (name.SequenceEqual("logsBloom"u8))
            LogsBloom = fields.Text(ref json, "logsBloom");
        else if (name.SequenceEqual("difficulty"u8))
            Difficulty = fields.Text(ref json, "difficulty");
        else if (name.SequenceEqual("totalDifficulty"u8))
            TotalDifficulty = fields.Text(ref json, "totalDifficulty");
        else if (name.SequenceEqual("gasLimit"u8))
            GasLimit = fields.Text(ref json, "gasLimit");
        else if (name.SequenceEqual("gasUsed"u8))
            GasUsed = fields.Text(ref json, "gasUsed");
        else if (name.SequenceEqual("timestamp"u8))
            Timestamp = fields.Text(ref json, "timestamp");
        else if (name.SequenceEqual("extraData"u8))
            ExtraData = fields.Text(ref json, "extraData");
        else if (name.SequenceEqual("mixHash"u8))
            MixHash = fields.Text(ref json, "mixHash");
        else if (name.SequenceEqual("nonce"u8))
            Nonce = fields.Text(ref json, "nonce");
        else if (name.SequenceEqual("baseFeePerGas"u8))
            BaseFeePerGas = fields.Text(ref json, "baseFeePerGas");
        else if (name.SequenceEqual("withdrawalsRoot"u8))
            WithdrawalsRoot = fields.Text(ref json, "withdrawalsRoot");
        else if (name.SequenceEqual("blobGasUsed"u8))
            BlobGasUsed = fields.Text(ref json, "blobGasUsed");
        else if (name.SequenceEqual("excessBlobGas"u8))
            ExcessBlobGas = fields.Text(ref json, "excessBlobGas");
        else if (name.SequenceEqual("parentBeaconBlockRoot"u8))
            ParentBeaconBlockRoot = fields.Text(ref json, "parentBeaconBlockRoot");
        else if (name.SequenceEqual("requestsHash"u8))
            RequestsHash = fields.Text(ref json, "requestsHash");
        else
            return false;
        return true;
    }
}
