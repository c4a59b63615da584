using Amp.Query.Execution;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Where the values come from that are encoded as one type: a vector of DuckDB, bound for one call.</summary>
internal abstract class AbiSource(AbiType type, nint vector)
{
    private readonly EvmArguments _nulls = new(vector);

    protected AbiType Type { get; } = type;

    /// <param name="type">To encode values as.</param>
    /// <param name="vector">Of the engine.</param>
    /// <param name="what">Of which parameter it is, for messages.</param>
    public static AbiSource For(AbiType type, nint vector, string what) => For(type, vector, DuckType.Take(DuckNative.VectorType(vector)), what);

    public static AbiSource For(AbiType type, nint vector, DuckType engine, string what) => (type.Kind, engine.Id) switch
    {
        (AbiKind.Uint or AbiKind.Int, _) when EvmNumbers.Takes(engine) => new AbiIntegerSource(type, vector, engine, what),
        (AbiKind.Bool, DuckDBType.Boolean) => new AbiBooleanSource(type, vector),
        (AbiKind.Text, DuckDBType.Varchar) or (AbiKind.Bytes or AbiKind.FixedBytes or AbiKind.Address, DuckDBType.Blob or DuckDBType.Varchar) =>
            new AbiBytesSource(type, vector, engine, what),
        (AbiKind.List or AbiKind.Array, DuckDBType.List or DuckDBType.Array) => new AbiListSource(type, vector, engine, what),
        (AbiKind.Tuple, DuckDBType.Struct) => new AbiTupleSource(type, vector, engine, what),
        _ => new AbiNoSource(type, vector, engine, what),
    };

    public bool IsNull(ulong row) => _nulls.IsNull(row);

    /// <summary>Encodes a value: in its place, or behind all else and its offset in its place.</summary>
    /// <param name="row">Of the vector.</param>
    /// <param name="output">Holds the place already.</param>
    /// <param name="place">Where it is told among its neighbours.</param>
    /// <param name="frame">Where the offsets of its neighbours count from.</param>
    /// <returns>False where it is null, or something within it is.</returns>
    public bool Put(ulong row, RowOutput output, int place, int frame)
    {
        if (IsNull(row))
            return false;
        if (Type.IsDynamic)
        {
            output.SetNumber(place, output.Length - frame);
            place = output.Reserve(BytesOf(row));
        }

        return Write(row, output, place);
    }

    /// <summary>Bytes of a value without those that are behind offsets of its own.</summary>
    protected virtual long BytesOf(ulong row) => Type.InnerBytes;

    protected abstract bool Write(ulong row, RowOutput output, int at);

    protected static AmpException Wrong(string what, AbiType type, string why) => new(ErrorCode.ExecutionError, $"{what} cannot be encoded as {type.Canonical}: {why}.");
}
