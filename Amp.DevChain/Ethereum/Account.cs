using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;

namespace Amp.DevChain.Ethereum;

/// <summary>A key pair that signs as RFC 6979 says, so that equal seeds give equal signatures.</summary>
internal sealed class Account
{
    private static readonly ECDomainParameters Curve = new(SecNamedCurves.GetByName("secp256k1"));
    private static readonly FixedPointCombMultiplier Multiplier = new();

    private readonly BigInteger _secret;

    public Account(ReadOnlySpan<byte> entropy)
    {
        // Keccak gives a number within the curve's order but for odds of 2^-128; the modulus makes it certain.
        _secret = new BigInteger(1, Keccak256.Hash(entropy)).Mod(Curve.N.Subtract(BigInteger.One)).Add(BigInteger.One);
        var key = Multiplier.Multiply(Curve.G, _secret).Normalize();
        Address = Keccak256.Hash(key.GetEncoded(false).AsSpan(1))[12..];
    }

    public byte[] Address { get; }

    public Signature Sign(byte[] hash)
    {
        var n = Curve.N;
        var message = new BigInteger(1, hash);
        var nonces = new HMacDsaKCalculator(new Sha256Digest());
        nonces.Init(n, _secret, hash);
        while (true)
        {
            var k = nonces.NextK();
            var point = Multiplier.Multiply(Curve.G, k).Normalize();
            var x = point.AffineXCoord.ToBigInteger();
            var r = x.Mod(n);
            // x at or above n would need a recovery id of 2 or 3, which no transaction can carry.
            if (r.SignValue == 0 || x.CompareTo(n) >= 0)
                continue;
            var s = BigIntegers.ModOddInverse(n, k).Multiply(message.Add(_secret.Multiply(r))).Mod(n);
            if (s.SignValue == 0)
                continue;
            var odd = point.AffineYCoord.TestBitZero();
            if (s.CompareTo(n.ShiftRight(1)) > 0)
            {
                s = n.Subtract(s);
                odd = !odd;
            }

            return new Signature(BigIntegers.AsUnsignedByteArray(32, r), BigIntegers.AsUnsignedByteArray(32, s), odd);
        }
    }
}
