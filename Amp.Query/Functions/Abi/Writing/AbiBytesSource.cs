using System.Buffers;
using System.Text;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Addresses, bytes and text: bytes as they are, or as hex digits with <c>0x</c> before them.</summary>
internal sealed class AbiBytesSource(AbiType type, nint vector, DuckType engine, string what) : AbiSource(type, vector)
{
    private const int Shown = 80;
    private const int AddressBytes = 20;

    private readonly EvmArguments _values = new(vector);
    private readonly bool _isHex = engine.Id == DuckDBType.Varchar && type.Kind != AbiKind.Text;

    protected override long BytesOf(ulong row) => AbiReading.Word + (((long)LengthOf(_values[row]) + AbiReading.Word - 1) / AbiReading.Word * AbiReading.Word);

    protected override bool Write(ulong row, RowOutput output, int at)
    {
        var value = _values[row];
        var length = LengthOf(value);
        if (Type.IsDynamic)
        {
            output.SetNumber(at, length);
            Copy(value, output.From(at + AbiReading.Word)[..length]);
            return true;
        }

        var wanted = Type.Kind == AbiKind.Address ? AddressBytes : Type.Size;
        if (length != wanted)
            throw Wrong(what, Type, $"it has {length} bytes, and {wanted} are needed");
        Copy(value, output.From(at + (Type.Kind == AbiKind.Address ? AbiReading.Word - AddressBytes : 0))[..length]);
        return true;
    }

    private int LengthOf(ReadOnlySpan<byte> value)
    {
        if (!_isHex)
            return value.Length;
        return (value.StartsWith("0x"u8) || value.StartsWith("0X"u8)) && value.Length % 2 == 0 ? (value.Length / 2) - 1 : throw NoHex(value);
    }

    private void Copy(ReadOnlySpan<byte> value, Span<byte> room)
    {
        if (!_isHex)
            value.CopyTo(room);
        else if (Convert.FromHexString(value[2..], room, out _, out _) != OperationStatus.Done)
            throw NoHex(value);
    }

    private AmpException NoHex(ReadOnlySpan<byte> value) =>
        Wrong(what, Type, $"the text '{Encoding.UTF8.GetString(value[..Math.Min(value.Length, Shown)])}' is not 0x and an even number of hex digits");
}
