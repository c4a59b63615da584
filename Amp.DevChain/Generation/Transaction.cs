using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>A transaction of type 0 to 4; what its type has not is zero or empty.</summary>
internal sealed record Transaction
{
    public required byte Type { get; init; }

    /// <summary>Null for a legacy transaction from before replay protection (v = 27 or 28).</summary>
    public required ulong? ChainId { get; init; }

    public required int Sender { get; init; }

    public required byte[] From { get; init; }

    public required ulong Nonce { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>Types 0 and 1.</summary>
    public UInt128 GasPrice { get; init; }

    /// <summary>Types 2 and above, like the priority fee.</summary>
    public UInt128 MaxFee { get; init; }

    public UInt128 MaxPriorityFee { get; init; }

    /// <summary>Null for the creation of a contract.</summary>
    public required byte[]? To { get; init; }

    public UInt128 Value { get; init; }

    public byte[] Input { get; init; } = [];

    public AccessListEntry[] AccessList { get; init; } = [];

    public UInt128 MaxFeePerBlobGas { get; init; }

    public byte[][] BlobHashes { get; init; } = [];

    public Authorization[] Authorizations { get; init; } = [];

    public Signature Signature { get; init; } = Signature.None;

    /// <summary>Keccak of the encoded transaction; zero until it is signed.</summary>
    public byte[] Hash { get; init; } = new byte[32];
}
