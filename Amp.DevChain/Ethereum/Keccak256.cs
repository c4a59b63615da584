using Org.BouncyCastle.Crypto.Digests;

namespace Amp.DevChain.Ethereum;

/// <summary>Keccak-256 with one digest a thread: making one costs as much as a short hash.</summary>
internal static class Keccak256
{
    [ThreadStatic]
    private static KeccakDigest? _digest;

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[32];
        Hash(data, hash);
        return hash;
    }

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var digest = _digest ??= new KeccakDigest(256);
        digest.BlockUpdate(data);
        digest.DoFinal(hash);
    }
}
