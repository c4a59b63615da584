namespace Amp.DevChain.Generation;

internal static class HeaderConstants
{
    /// <summary>Keccak of an empty RLP list.</summary>
    public static byte[] NoOmmersHash { get; } = Convert.FromHexString("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

    /// <summary>EIP-7685 of a block without requests: SHA-256 of nothing.</summary>
    public static byte[] NoRequestsHash { get; } = Convert.FromHexString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
