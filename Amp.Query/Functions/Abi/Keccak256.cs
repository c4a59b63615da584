using Org.BouncyCastle.Crypto.Digests;

namespace Amp.Query.Functions.Abi;

/// <summary>Keccak-256, the hash of signatures.</summary>
internal static class Keccak256
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
