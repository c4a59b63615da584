using Amp.Query.Execution;
using DuckDB.NET.Native;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Values of a type of the engine's that is not encoded so. Nulls and empty lists have such types and do no harm.</summary>
internal sealed class AbiNoSource(AbiType type, nint vector, DuckType engine, string what) : AbiSource(type, vector)
{
    protected override bool Write(ulong row, RowOutput output, int at) =>
        engine.Id == DuckDBType.SqlNull ? false : throw Wrong(what, Type, $"it is of the type {engine.Id}, and {Wanted(Type.Kind)} is needed");

    private static string Wanted(AbiKind kind) => kind switch
    {
        AbiKind.Uint or AbiKind.Int => "an integer, a DECIMAL, or decimal digits as text",
        AbiKind.Bool => "a BOOLEAN",
        AbiKind.Text => "a VARCHAR",
        AbiKind.List or AbiKind.Array => "a list",
        AbiKind.Tuple => "a struct",
        _ => "a BLOB, or hex digits with 0x before them",
    };
}
