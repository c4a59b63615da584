using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Amp.Shared.Faults;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_decode_params(input, signature)</c>: the parameters of a call; null where the input is of another function.</summary>
internal sealed class DecodeParamsFunction : EvmFunction
{
    public const int SelectorBytes = 4;

    private readonly IReadOnlyList<AbiParameter> _parameters;
    private readonly byte[] _selector;

    public DecodeParamsFunction(string signature)
    {
        var read = AbiParser.Signature(signature);
        if (read.Parameters.Count == 0)
            throw new AmpException(ErrorCode.InvalidPlan, $"The signature '{signature}' has no parameters: there is nothing to decode.");
        (_parameters, _selector) = (read.Parameters, read.Hash()[..SelectorBytes]);
        Result = AbiColumns.ArrowOf(_parameters);
    }

    public override IArrowType Result { get; }

    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Blob), DuckNative.CreateType(DuckDBType.Varchar)];

    public override nint EngineResult() => AbiColumns.StructOf(_parameters);

    public override void Run(nint chunk, nint result)
    {
        var inputs = new EvmArguments(chunk, 0);
        var decoded = new AbiStructVector(_parameters, result);
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (!inputs.IsNull(row) && inputs[row].StartsWith(_selector) && AbiReading.Fits(_parameters, inputs[row][SelectorBytes..]))
                decoded.Set(row, inputs[row][SelectorBytes..]);
            else
                decoded.SetNull(row);
        }
    }
}
