using Org.BouncyCastle.Crypto.Digests;

namespace Amp.TestKit.Ethereum;

/// <summary>Keccak-256, the hash of Ethereum (not SHA3-256: the padding differs).</summary>
public static class Keccak
{
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data);
        var hash = new byte[32];
        digest.DoFinal(hash);
        return hash;
    }
}
