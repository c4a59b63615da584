using System.Text.Json;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Amp.TestKit.Ethereum;

/// <summary>Recovers the address that made a secp256k1 signature.</summary>
public static class SenderRecovery
{
    public static byte[] OfTransaction(JsonElement tx) => Recover(
        TransactionEncoding.SigningHash(tx),
        TransactionEncoding.Parity(tx),
        tx.FixedBytes("r", 32),
        tx.FixedBytes("s", 32));

    /// <summary>Who signed an authorization of a transaction of type 4 (EIP-7702): Keccak of 0x05 and [chainId, address, nonce].</summary>
    public static byte[] OfAuthorization(JsonElement authorization)
    {
        var message = Rlp.List(
            Rlp.Number(authorization.Number("chainId")),
            Rlp.Bytes(authorization.Bytes("address")),
            Rlp.Number(authorization.Number("nonce")));
        return Recover(
            Keccak.Hash([0x05, .. message]),
            (int)authorization.Number("yParity"),
            authorization.FixedBytes("r", 32),
            authorization.FixedBytes("s", 32));
    }

    public static byte[] Recover(byte[] hash, int parity, byte[] r, byte[] s)
    {
        var curve = SecNamedCurves.GetByName("secp256k1");
        var n = curve.N;
        var rValue = new BigInteger(1, r);
        var point = curve.Curve.DecodePoint([(byte)(2 + parity), .. r]);
        var inverse = rValue.ModInverse(n);
        var a = new BigInteger(1, s).Multiply(inverse).Mod(n);
        var b = n.Subtract(new BigInteger(1, hash).Multiply(inverse).Mod(n)).Mod(n);
        var key = ECAlgorithms.SumOfTwoMultiplies(point, a, curve.G, b).Normalize();
        return Keccak.Hash(key.GetEncoded(compressed: false).AsSpan(1))[12..];
    }
}
