using System.Globalization;

namespace Amp.Query.Functions.Abi;

/// <summary>A type of the contract ABI, with what its encoding takes.</summary>
internal sealed class AbiType
{
    private const int Word = 32;

    public AbiType(AbiKind kind, int size = 0, AbiType? element = null, IReadOnlyList<AbiParameter>? parts = null)
    {
        (Kind, Size, Element, Parts) = (kind, size, element, parts ?? []);
        IsDynamic = kind switch
        {
            AbiKind.Bytes or AbiKind.Text or AbiKind.List => true,
            AbiKind.Array => element!.IsDynamic,
            AbiKind.Tuple => Parts.Any(p => p.Type.IsDynamic),
            _ => false,
        };
        InnerBytes = kind switch
        {
            AbiKind.Array => size * element!.HeadBytes,
            AbiKind.Tuple => Parts.Sum(p => p.Type.HeadBytes),
            AbiKind.Bytes or AbiKind.Text or AbiKind.List => 0,
            _ => Word,
        };
        HeadBytes = IsDynamic ? Word : InnerBytes;
    }

    public AbiKind Kind { get; }

    /// <summary>Integers: their bits. Fixed bytes: their bytes. Arrays of a fixed length: that. Otherwise 0.</summary>
    public int Size { get; }

    /// <summary>What an array holds.</summary>
    public AbiType? Element { get; }

    /// <summary>What a tuple holds.</summary>
    public IReadOnlyList<AbiParameter> Parts { get; }

    /// <summary>Whether its place holds an offset, and the value lies behind.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes at its place among its neighbours.</summary>
    public long HeadBytes { get; }

    /// <summary>Bytes of the places of what it holds; of a list, none.</summary>
    public long InnerBytes { get; }

    /// <summary>Whether a topic of a log holds only its hash.</summary>
    public bool IsHashedInTopics => Kind is AbiKind.Bytes or AbiKind.Text or AbiKind.List or AbiKind.Array or AbiKind.Tuple;

    /// <summary>Whether a value may hold any number of others.</summary>
    public bool HoldsLists => Kind == AbiKind.List || Element is { HoldsLists: true } || Parts.Any(p => p.Type.HoldsLists);

    /// <summary>Values of no parts that one of it holds, where it holds no lists.</summary>
    public long Leaves => Kind switch
    {
        AbiKind.Array => Size * Element!.Leaves,
        AbiKind.Tuple => Parts.Sum(p => p.Type.Leaves),
        _ => 1,
    };

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
}
