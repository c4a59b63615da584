using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Amp.Query.Functions.Abi.Writing;
using Amp.Shared.Faults;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary>
/// <c>evm_encode_params(v1, …, signature)</c>: selector and parameters of a call; <c>evm_encode_type(value, type)</c>: one value, without a selector.
/// Null where an argument, or something within it, is null.
/// </summary>
internal sealed class EncodeParamsFunction : EvmFunction
{
    /// <summary>Of the rows of one call, which the engine does not count while they are made.</summary>
    private const long MaxBytesOfCall = 256 << 20;

    private readonly IReadOnlyList<AbiParameter> _parameters;
    private readonly byte[] _selector;
    private readonly long _headBytes;

    private EncodeParamsFunction(IReadOnlyList<AbiParameter> parameters, byte[] selector) =>
        (_parameters, _selector, _headBytes) = (parameters, selector, parameters.Sum(p => p.Type.HeadBytes));

    public override IArrowType Result => BinaryType.Default;

    public static EncodeParamsFunction OfCall(string signature)
    {
        var read = AbiParser.Signature(signature);
        return new EncodeParamsFunction(read.Parameters, read.Hash()[..DecodeParamsFunction.SelectorBytes]);
    }

    public static EncodeParamsFunction OfType(string type) => new([new AbiParameter("value", AbiParser.Type(type), Indexed: false)], []);

    /// <summary>What values of so many bytes take at most, about: an element of a list, 8 bytes of it at the least, is up to two words and an offset.</summary>
    public double MostBytes(double values) => _selector.Length + _headBytes
        + (_parameters.Any(p => p.Type.HoldsLists) ? 13 * values : _parameters.Any(p => p.Type.IsDynamic) ? values + (64 * _parameters.Sum(p => p.Type.Leaves)) : 0);

    public override IReadOnlyList<nint> EngineParameters() =>
        [.. Enumerable.Repeat(DuckDBType.Any, _parameters.Count).Append(DuckDBType.Varchar).Select(DuckNative.CreateType)];

    public override nint EngineResult() => DuckNative.CreateType(DuckDBType.Blob);

    public override void Run(nint chunk, nint result)
    {
        var sources = new AbiSource[_parameters.Count];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = AbiSource.For(_parameters[i].Type, DuckNative.ChunkVector(chunk, (ulong)i), $"the argument '{_parameters[i].Name}'");
        var results = new EvmResults(result);
        using var output = new RowOutput();
        var bytes = 0L;
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (!TryEncode(sources, row, output))
            {
                results.SetNull(row);
                continue;
            }

            if ((bytes += output.Length) > MaxBytesOfCall)
                throw new AmpException(ErrorCode.ResourcesExhausted, $"What some thousand rows are encoded to is larger than {MaxBytesOfCall >> 20} MiB together: encode fewer rows, or shorter values.");
            results.Set(row, output.Written);
        }
    }

    private bool TryEncode(AbiSource[] sources, ulong row, RowOutput output)
    {
        output.Clear();
        _selector.CopyTo(output.From(output.Reserve(_selector.Length)));
        var frame = output.Reserve(_headBytes);
        var place = frame;
        for (var i = 0; i < sources.Length; i++)
        {
            if (!sources[i].Put(row, output, place, frame))
                return false;
            place += (int)_parameters[i].Type.HeadBytes;
        }

        return true;
    }
}
