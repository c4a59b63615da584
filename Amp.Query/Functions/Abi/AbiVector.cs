namespace Amp.Query.Functions.Abi;

/// <summary>Where the decoded values of one type go: a vector of DuckDB, bound for one call.</summary>
internal abstract class AbiVector(nint vector)
{
    private EvmResults _results = new(vector);

    protected nint Vector { get; } = vector;

    /// <summary>For values of one type.</summary>
    public static AbiVector For(AbiType type, nint vector) => type.Kind switch
    {
        AbiKind.List or AbiKind.Array => new AbiListVector(type, vector),
        AbiKind.Tuple => new AbiStructVector(type.Parts, vector),
        _ => new AbiLeafVector(type, vector),
    };

    /// <summary>Copies a value that was looked through, from its first byte on.</summary>
    public abstract void Set(ulong row, ReadOnlySpan<byte> value);

    public virtual void SetNull(ulong row) => _results.SetNull(row);

    protected void SetBytes(ulong row, ReadOnlySpan<byte> bytes) => _results.Set(row, bytes);

    /// <summary>Memory has moved: it is looked up anew.</summary>
    public abstract void Moved();
}
