namespace Amp.Chains.Evm.Json;

/// <summary>The texts of a block's own fields, whatever their order.</summary>
internal ref struct HeaderJson
{
    public ReadOnlySpan<byte> Number, Hash, ParentHash, OmmersHash, Miner, StateRoot, TransactionsRoot, ReceiptsRoot, LogsBloom, Difficulty,
        TotalDifficulty, GasLimit, GasUsed, Timestamp, ExtraData, MixHash, Nonce, BaseFeePerGas, WithdrawalsRoot, BlobGasUsed, ExcessBlobGas,
        ParentBeaconBlockRoot, RequestsHash;

    /// <summary>Takes the field if it is one of the header's.</summary>
    public bool TryTake<TJson>(scoped ReadOnlySpan<byte> name, scoped ref TJson json, FieldReader fields)
        where TJson : IJsonCursor<TJson>, allows ref struct
    {
        if (name.SequenceEqual("number"u8))
            Number = json.Text(fields, "number");
        else if (name.SequenceEqual("hash"u8))
            Hash = json.Text(fields, "hash");
        else if (name.SequenceEqual("parentHash"u8))
            ParentHash = json.Text(fields, "parentHash");
        else if (name.SequenceEqual("sha3Uncles"u8))
            OmmersHash = json.Text(fields, "sha3Uncles");
        else if (name.SequenceEqual("miner"u8))
            Miner = json.Text(fields, "miner");
        else if (name.SequenceEqual("stateRoot"u8))
            StateRoot = json.Text(fields, "stateRoot");
        else if (name.SequenceEqual("transactionsRoot"u8))
            TransactionsRoot = json.Text(fields, "transactionsRoot");
        else if (name.SequenceEqual("receiptsRoot"u8))
            ReceiptsRoot = json.Text(fields, "receiptsRoot");
        else if (name.SequenceEqual("logsBloom"u8))
            LogsBloom = json.Text(fields, "logsBloom");
        else if (name.SequenceEqual("difficulty"u8))
            Difficulty = json.Text(fields, "difficulty");
        else if (name.SequenceEqual("totalDifficulty"u8))
            TotalDifficulty = json.Text(fields, "totalDifficulty");
        else if (name.SequenceEqual("gasLimit"u8))
            GasLimit = json.Text(fields, "gasLimit");
        else if (name.SequenceEqual("gasUsed"u8))
            GasUsed = json.Text(fields, "gasUsed");
        else if (name.SequenceEqual("timestamp"u8))
            Timestamp = json.Text(fields, "timestamp");
        else if (name.SequenceEqual("extraData"u8))
            ExtraData = json.Text(fields, "extraData");
        else if (name.SequenceEqual("mixHash"u8))
            MixHash = json.Text(fields, "mixHash");
        else if (name.SequenceEqual("nonce"u8))
            Nonce = json.Text(fields, "nonce");
        else if (name.SequenceEqual("baseFeePerGas"u8))
            BaseFeePerGas = json.Text(fields, "baseFeePerGas");
        else if (name.SequenceEqual("withdrawalsRoot"u8))
            WithdrawalsRoot = json.Text(fields, "withdrawalsRoot");
        else if (name.SequenceEqual("blobGasUsed"u8))
            BlobGasUsed = json.Text(fields, "blobGasUsed");
        else if (name.SequenceEqual("excessBlobGas"u8))
            ExcessBlobGas = json.Text(fields, "excessBlobGas");
        else if (name.SequenceEqual("parentBeaconBlockRoot"u8))
            ParentBeaconBlockRoot = json.Text(fields, "parentBeaconBlockRoot");
        else if (name.SequenceEqual("requestsHash"u8))
            RequestsHash = json.Text(fields, "requestsHash");
        else
            return false;
        return true;
    }
}
