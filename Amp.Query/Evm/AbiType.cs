using System.Globalization;

namespace Amp.Query.Evm;

/// <summary>A type of the contract ABI, with what its encoding takes.</summary>
internal sealed record AbiType
{
    private const int Word = 32;

    public required AbiKind Kind { get; init; }

    /// <summary>Integers: their bits. Fixed bytes: their bytes. Arrays of a fixed length: that. Otherwise 0.</summary>
    public int Size { get; init; }

    /// <summary>What an array holds.</summary>
    public AbiType? Element { get; init; }

    /// <summary>What a tuple holds.</summary>
    public IReadOnlyList<AbiParameter> Parts { get; init; } = [];

    /// <summary>As it stands in a canonical signature: <c>(uint256,address[])[2]</c>.</summary>
    public string Canonical => Kind switch
    {
        AbiKind.Uint => string.Create(CultureInfo.InvariantCulture, $"uint{Size}"),
        AbiKind.Int => string.Create(CultureInfo.InvariantCulture, $"int{Size}"),
        AbiKind.FixedBytes => string.Create(CultureInfo.InvariantCulture, $"bytes{Size}"),
        AbiKind.Address => "address",
        AbiKind.Bool => "bool",
        AbiKind.Bytes => "bytes",
        AbiKind.Text => "string",
        AbiKind.List => Element!.Canonical + "[]",
        AbiKind.Array => string.Create(CultureInfo.InvariantCulture, $"{Element!.Canonical}[{Size}]"),
        _ => $"({string.Join(',', Parts.Select(p => p.Type.Canonical))})",
    };

    /// <summary>Whether its place holds an offset, and the value lies behind.</summary>
    public bool IsDynamic => Kind switch
    {
        AbiKind.Bytes or AbiKind.Text or AbiKind.List => true,
        AbiKind.Array => Element!.IsDynamic,
        AbiKind.Tuple => Parts.Any(p => p.Type.IsDynamic),
        _ => false,
    };

    /// <summary>Bytes at its place among its neighbours.</summary>
    public long HeadBytes => IsDynamic ? Word : InnerBytes;

    /// <summary>Whether a topic of a log holds only its hash.</summary>
    public bool IsHashedInTopics => Kind is AbiKind.Bytes or AbiKind.Text or AbiKind.List or AbiKind.Array or AbiKind.Tuple;

    /// <summary>Bytes of the places of what it holds; of a list, none.</summary>
    public long InnerBytes => Kind switch
    {
        AbiKind.Array => Size * Element!.HeadBytes,
        AbiKind.Tuple => Parts.Sum(p => p.Type.HeadBytes),
        AbiKind.Bytes or AbiKind.Text or AbiKind.List => 0,
        _ => Word,
    };
}

/// <summary>Kinds of ABI types.</summary>
internal enum AbiKind
{
    Uint,
    Int,
    Address,
    Bool,
    FixedBytes,
    Bytes,
    Text,

    /// <summary>As many as there are.</summary>
    List,

    /// <summary>Of a fixed length.</summary>
    Array,
    Tuple,
}

/// <summary>A parameter of a signature or a part of a tuple.</summary>
/// <param name="Name">Given in the signature, else <c>c0</c>, <c>c1</c>, … by its place.</param>
/// <param name="Indexed">Whether it is a topic of the log.</param>
internal sealed record AbiParameter(string Name, AbiType Type, bool Indexed);
