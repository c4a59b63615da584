using System.Buffers;
using System.Text;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary><c>evm_encode_hex(text)</c>: the bytes of hex digits, with <c>0x</c> before them or without.</summary>
internal sealed class EncodeHexFunction : EvmFunction
{
    private const int Shown = 40;

    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Varchar)];

    public override nint EngineResult() => DuckNative.CreateType(DuckDBType.Blob);

    public override void Run(nint chunk, nint result)
    {
        var texts = new EvmArguments(chunk, 0);
        var results = new EvmResults(result);
        using var output = new RowOutput();
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (texts.IsNull(row))
            {
                results.SetNull(row);
                continue;
            }

            var text = texts[row];
            var digits = text.StartsWith("0x"u8) || text.StartsWith("0X"u8) ? text[2..] : text;
            output.Clear();
            if (digits.Length % 2 != 0 || Convert.FromHexString(digits, output.From(output.Reserve(digits.Length / 2)), out _, out _) != OperationStatus.Done)
                throw new AmpException(ErrorCode.ExecutionError, $"evm_encode_hex: '{Encoding.UTF8.GetString(text[..Math.Min(text.Length, Shown)])}' is not an even number of hex digits.");
            results.Set(row, output.Written);
        }
    }
}
