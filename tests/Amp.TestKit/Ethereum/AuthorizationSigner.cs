using System.Numerics;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Amp.TestKit.Ethereum;

/// <summary>Signs wishes of an account to run another's code (EIP-7702), as its wallet would.</summary>
public static class AuthorizationSigner
{
    /// <summary>An authorization as a node takes it with a transaction.</summary>
    public static JsonObject Sign(byte[] key, ulong chainId, byte[] address, ulong nonce)
    {
        var hash = Keccak.Hash([0x05, .. Rlp.List(Rlp.Number(chainId), Rlp.Bytes(address), Rlp.Number(nonce))]);
        var curve = SecNamedCurves.GetByName("secp256k1");
        var domain = new ECDomainParameters(curve.Curve, curve.G, curve.N, curve.H);
        var secret = new Org.BouncyCastle.Math.BigInteger(1, key);
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, new ECPrivateKeyParameters(secret, domain));
        var signature = signer.GenerateSignature(hash);
        var s = signature[1].CompareTo(curve.N.ShiftRight(1)) > 0 ? curve.N.Subtract(signature[1]) : signature[1];
        var (r32, s32) = (Word(signature[0]), Word(s));
        var point = domain.G.Multiply(secret).Normalize();
        var account = Keccak.Hash([.. Word(point.AffineXCoord.ToBigInteger()), .. Word(point.AffineYCoord.ToBigInteger())])[12..];
        var parity = SenderRecovery.Recover(hash, 0, r32, s32).AsSpan().SequenceEqual(account) ? 0 : 1;
        return new JsonObject
        {
            ["chainId"] = $"0x{chainId:x}",
            ["address"] = HexJson.ToHex(address),
            ["nonce"] = $"0x{nonce:x}",
            ["yParity"] = $"0x{parity:x}",
            ["r"] = Quantity(r32),
            ["s"] = Quantity(s32),
        };
    }

    private static byte[] Word(Org.BouncyCastle.Math.BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static string Quantity(byte[] word) => "0x" + new BigInteger(word, isUnsigned: true, isBigEndian: true).ToString("x", null).TrimStart('0');
}
