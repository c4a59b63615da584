using Amp.Query.Execution;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_decode_hex(bytes)</c>: bytes as text, <c>0x</c> and lower-case digits.</summary>
internal sealed class DecodeHexFunction : EvmFunction
{
    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Blob)];

    public override nint EngineResult() => DuckNative.CreateType(DuckDBType.Varchar);

    public override void Run(nint chunk, nint result)
    {
        var bytes = new EvmArguments(chunk, 0);
        var results = new EvmResults(result);
        using var output = new RowOutput();
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (bytes.IsNull(row))
            {
                results.SetNull(row);
                continue;
            }

            output.Clear();
            var text = output.From(output.Reserve(2L + (2L * bytes[row].Length)));
            "0x"u8.CopyTo(text);
            Convert.TryToHexStringLower(bytes[row], text[2..], out _);
            results.Set(row, output.Written);
        }
    }
}
