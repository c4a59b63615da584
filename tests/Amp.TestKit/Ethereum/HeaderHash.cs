using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>Keccak of the RLP of a header, from the block's JSON; the fields present say which fork it belongs to.</summary>
public static class HeaderHash
{
    public static byte[] Of(JsonElement block) => Keccak.Hash(Encode(block));

    public static byte[] Encode(JsonElement block)
    {
        var fields = new List<byte[]>
        {
            Rlp.Bytes(block.Bytes("parentHash")),
            Rlp.Bytes(block.Bytes("sha3Uncles")),
            Rlp.Bytes(block.Bytes("miner")),
            Rlp.Bytes(block.Bytes("stateRoot")),
            Rlp.Bytes(block.Bytes("transactionsRoot")),
            Rlp.Bytes(block.Bytes("receiptsRoot")),
            Rlp.Bytes(block.Bytes("logsBloom")),
            Rlp.Number(block.Number("difficulty")),
            Rlp.Number(block.Number("number")),
            Rlp.Number(block.Number("gasLimit")),
            Rlp.Number(block.Number("gasUsed")),
            Rlp.Number(block.Number("timestamp")),
            Rlp.Bytes(block.Bytes("extraData")),
            Rlp.Bytes(block.FixedBytes("mixHash", 32)),
            Rlp.Bytes(block.FixedBytes("nonce", 8)),
        };
        if (block.Has("baseFeePerGas"))
            fields.Add(Rlp.Number(block.Number("baseFeePerGas")));
        if (block.Has("withdrawalsRoot"))
            fields.Add(Rlp.Bytes(block.Bytes("withdrawalsRoot")));
        if (block.Has("blobGasUsed"))
        {
            fields.Add(Rlp.Number(block.Number("blobGasUsed")));
            fields.Add(Rlp.Number(block.Number("excessBlobGas")));
            fields.Add(Rlp.Bytes(block.Bytes("parentBeaconBlockRoot")));
        }

        if (block.Has("requestsHash"))
            fields.Add(Rlp.Bytes(block.Bytes("requestsHash")));
        return Rlp.List(fields);
    }
}
