using System.Text;

namespace Amp.Query.Functions.Abi;

/// <summary>A signature as Solidity writes it: <c>Transfer(address indexed from, address indexed to, uint256 value)</c>.</summary>
internal sealed record AbiSignature(string Name, IReadOnlyList<AbiParameter> Parameters)
{
    public string Canonical => $"{Name}({string.Join(',', Parameters.Select(p => p.Type.Canonical))})";

    /// <summary>The hash of the canonical signature: the first topic of its logs; its first four bytes select the function.</summary>
    public byte[] Hash() => Keccak256.Hash(Encoding.ASCII.GetBytes(Canonical));
}
