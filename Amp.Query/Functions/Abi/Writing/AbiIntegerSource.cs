using System.Text;
using Amp.Query.Execution;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Integers, from any exact number or its text.</summary>
internal sealed class AbiIntegerSource(AbiType type, nint vector, DuckType engine, string what) : AbiSource(type, vector)
{
    private const int Shown = 80;

    private readonly EvmNumbers _numbers = new(vector, engine);

    protected override bool Write(ulong row, RowOutput output, int at)
    {
        if (_numbers.IsNull(row))
            return false;
        Span<byte> room = stackalloc byte[EvmNumbers.MaxLength];
        var text = _numbers.Text(row, room);
        var word = output.From(at)[..AbiReading.Word];
        if (!DecimalText.TryRead(text, Type.Kind == AbiKind.Int, word) || !AbiReading.FitsWord(Type, word))
            throw Wrong(what, Type, $"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, Shown)])}' is none");
        return true;
    }
}
