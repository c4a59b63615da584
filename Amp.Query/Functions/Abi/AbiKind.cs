namespace Amp.Query.Functions.Abi;

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
