using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_topic(signature)</c>: the first topic of an event's logs.</summary>
internal sealed class TopicFunction(string signature) : EvmFunction
{
    private readonly byte[] _topic = AbiParser.Signature(signature).Hash();

    public override IArrowType Result { get; } = new FixedSizeBinaryType(32);

    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Varchar)];

    public override nint EngineResult() => DuckNative.CreateType(DuckDBType.Blob);

    public override void Run(nint chunk, nint result)
    {
        var results = new EvmResults(result);
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
            results.Set(row, _topic);
    }
}
