using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Amp.Shared.Faults;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_decode_log(topic1, topic2, topic3, data, signature)</c>: the parameters of an event; null where the log is none of it.</summary>
internal sealed class DecodeLogFunction : EvmFunction
{
    private const int Topics = 3;
    private const int TopicBytes = 32;

    private static readonly AbiType _hash = new(AbiKind.FixedBytes, TopicBytes);

    /// <summary>With the hash in place of what a topic does not hold.</summary>
    private readonly AbiParameter[] _parameters;
    private readonly AbiParameter[] _inData;
    private readonly int _indexed;

    public DecodeLogFunction(string signature)
    {
        var read = AbiParser.Signature(signature);
        if (read.Parameters.Count == 0)
            throw new AmpException(ErrorCode.InvalidPlan, $"The signature '{signature}' has no parameters: there is nothing to decode. Compare topic0 with evm_topic('{read.Canonical}').");
        _parameters = [.. read.Parameters.Select(p => p is { Indexed: true, Type.IsHashedInTopics: true } ? p with { Type = _hash } : p)];
        _inData = [.. _parameters.Where(p => !p.Indexed)];
        _indexed = _parameters.Length - _inData.Length;
        if (_indexed > Topics)
            throw new AmpException(ErrorCode.InvalidPlan, $"The signature '{signature}' has {_indexed} indexed parameters: a log has room for {Topics}.");
        Result = AbiColumns.ArrowOf(_parameters);
    }

    public override IArrowType Result { get; }

    public override IReadOnlyList<nint> EngineParameters() =>
        [.. Enumerable.Repeat(DuckDBType.Blob, Topics + 1).Append(DuckDBType.Varchar).Select(DuckNative.CreateType)];

    public override nint EngineResult() => AbiColumns.StructOf(_parameters);

    public override void Run(nint chunk, nint result)
    {
        EvmArguments[] topics = [new(chunk, 0), new(chunk, 1), new(chunk, 2)];
        var data = new EvmArguments(chunk, Topics);
        var decoded = new AbiStructVector(_parameters, result);
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (!data.IsNull(row) && TopicsFit(topics, row) && AbiReading.Fits(_inData, data[row]))
                Decode(topics, data[row], decoded, row);
            else
                decoded.SetNull(row);
        }
    }

    private bool TopicsFit(EvmArguments[] topics, ulong row)
    {
        var next = 0;
        foreach (var parameter in _parameters)
        {
            if (!parameter.Indexed)
                continue;
            var topic = topics[next++];
            if (topic.IsNull(row) || topic[row].Length != TopicBytes || !AbiReading.FitsWord(parameter.Type, topic[row]))
                return false;
        }

        // An event with as many parameters and the same types, one more of them indexed, has the same topic0.
        for (; next < Topics; next++)
        {
            if (!topics[next].IsNull(row))
                return false;
        }

        return true;
    }

    private void Decode(EvmArguments[] topics, ReadOnlySpan<byte> data, AbiStructVector decoded, ulong row)
    {
        var (next, head) = (0, 0L);
        for (var i = 0; i < _parameters.Length; i++)
        {
            var (_, type, indexed) = _parameters[i];
            if (indexed)
            {
                decoded.Parts[i].Set(row, topics[next++][row]);
                continue;
            }

            decoded.Parts[i].Set(row, AbiReading.Locate(type, data, head));
            head += type.HeadBytes;
        }
    }
}
