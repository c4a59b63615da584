namespace Amp.DevChain.Ethereum;

/// <summary>A secp256k1 signature; r and s are 32 bytes, big-endian.</summary>
internal sealed record Signature(byte[] R, byte[] S, bool Odd)
{
    public static Signature None { get; } = new(new byte[32], new byte[32], false);
}
