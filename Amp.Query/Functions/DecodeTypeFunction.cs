using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_decode_type(data, type)</c>: one ABI value; null where the data holds none of the type.</summary>
internal sealed class DecodeTypeFunction(string type) : EvmFunction
{
    private readonly AbiType _type = AbiParser.Type(type);

    public override IArrowType Result => AbiColumns.ArrowOf(_type);

    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Blob), DuckNative.CreateType(DuckDBType.Varchar)];

    public override nint EngineResult() => AbiColumns.EngineType(_type);

    public override void Run(nint chunk, nint result)
    {
        var data = new EvmArguments(chunk, 0);
        var decoded = AbiVector.For(_type, result);
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (!data.IsNull(row) && AbiReading.Fits(_type, data[row]))
                decoded.Set(row, AbiReading.Locate(_type, data[row], 0));
            else
                decoded.SetNull(row);
        }
    }
}
