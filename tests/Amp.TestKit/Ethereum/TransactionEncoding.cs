using System.Numerics;
using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>The wire form of transactions of types 0 to 4, from a node's JSON.</summary>
public static class TransactionEncoding
{
    /// <summary>What the transactions root and the transaction hash are made of.</summary>
    public static byte[] Encode(JsonElement tx) => Encode(tx, signed: true);

    public static byte[] Hash(JsonElement tx) => Keccak.Hash(Encode(tx));

    /// <summary>What the sender signed.</summary>
    public static byte[] SigningHash(JsonElement tx) => Keccak.Hash(Encode(tx, signed: false));

    public static int Type(JsonElement tx) => tx.Has("type") ? (int)tx.Number("type") : 0;

    /// <summary>Parity of the signature's curve point, whatever way the node prints it.</summary>
    public static int Parity(JsonElement tx)
    {
        var v = (tx.Has("yParity") ? tx.Number("yParity") : tx.Number("v"));
        if (Type(tx) != 0 || v < 27)
            return (int)v;
        return (int)((v >= 35 ? v - 35 : v - 27) % 2);
    }

    private static byte[] Encode(JsonElement tx, bool signed)
    {
        var type = Type(tx);
        return type switch
        {
            0 => Legacy(tx, signed),
            1 or 2 or 3 or 4 => [(byte)type, .. Rlp.List(Typed(tx, type, signed))],
            _ => throw new NotSupportedException($"Transaction type {type}."),
        };
    }

    private static byte[] Legacy(JsonElement tx, bool signed)
    {
        var fields = new List<byte[]>
        {
            Rlp.Number(tx.Number("nonce")),
            Rlp.Number(tx.Number("gasPrice")),
            Rlp.Number(tx.Number("gas")),
            To(tx),
            Rlp.Number(tx.Number("value")),
            Rlp.Bytes(tx.Bytes("input")),
        };
        var v = tx.Number("v");
        if (signed)
            fields.AddRange([Rlp.Number(v), Rlp.Number(tx.Number("r")), Rlp.Number(tx.Number("s"))]);
        else if (v >= 35)
            fields.AddRange([Rlp.Number((v - 35) / 2), Rlp.Number(0), Rlp.Number(0)]);
        return Rlp.List(fields);
    }

    private static List<byte[]> Typed(JsonElement tx, int type, bool signed)
    {
        var fields = new List<byte[]> { Rlp.Number(tx.Number("chainId")), Rlp.Number(tx.Number("nonce")) };
        if (type == 1)
            fields.Add(Rlp.Number(tx.Number("gasPrice")));
        else
            fields.AddRange([Rlp.Number(tx.Number("maxPriorityFeePerGas")), Rlp.Number(tx.Number("maxFeePerGas"))]);
        fields.AddRange(
        [
            Rlp.Number(tx.Number("gas")),
            To(tx),
            Rlp.Number(tx.Number("value")),
            Rlp.Bytes(tx.Bytes("input")),
            Rlp.List(tx.Items("accessList").Select(AccessListItem)),
        ]);
        if (type == 3)
        {
            fields.Add(Rlp.Number(tx.Number("maxFeePerBlobGas")));
            fields.Add(Rlp.List(tx.Items("blobVersionedHashes").Select(hash => Rlp.Bytes(HexJson.ToBytes(hash.GetString()!)))));
        }

        if (type == 4)
            fields.Add(Rlp.List(tx.Items("authorizationList").Select(Authorization)));
        if (signed)
            fields.AddRange([Rlp.Number(Parity(tx)), Rlp.Number(tx.Number("r")), Rlp.Number(tx.Number("s"))]);
        return fields;
    }

    private static byte[] To(JsonElement tx) => tx.Has("to") ? Rlp.Bytes(tx.Bytes("to")) : Rlp.EmptyBytes;

    private static byte[] AccessListItem(JsonElement item) => Rlp.List(
        Rlp.Bytes(item.Bytes("address")),
        Rlp.List(item.Items("storageKeys").Select(key => Rlp.Bytes(HexJson.ToBytes(key.GetString()!)))));

    private static byte[] Authorization(JsonElement item) => Rlp.List(
        Rlp.Number(item.Number("chainId")),
        Rlp.Bytes(item.Bytes("address")),
        Rlp.Number(item.Number("nonce")),
        Rlp.Number(AuthorizationParity(item)),
        Rlp.Number(item.Number("r")),
        Rlp.Number(item.Number("s")));

    private static BigInteger AuthorizationParity(JsonElement item) =>
        item.Has("yParity") ? item.Number("yParity") : item.Number("v");
}
