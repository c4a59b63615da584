using System.Buffers;
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
        var room = ArrayPool<byte>.Shared.Rent(256);
        try
        {
            for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
            {
                if (bytes.IsNull(row))
                {
                    results.SetNull(row);
                    continue;
                }

                var length = 2 + 2 * bytes[row].Length;
                if (room.Length < length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(length);
                    ArrayPool<byte>.Shared.Return(room);
                    room = larger;
                }

                "0x"u8.CopyTo(room);
                Convert.TryToHexStringLower(bytes[row], room.AsSpan(2), out _);
                results.Set(row, room.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }
}
