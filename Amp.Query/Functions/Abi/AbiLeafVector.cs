using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Amp.Query.Execution;

namespace Amp.Query.Functions.Abi;

/// <summary>Values of one word, bytes and text.</summary>
internal sealed unsafe class AbiLeafVector : AbiVector
{
    private readonly AbiType _type;
    private void* _data;

    public AbiLeafVector(AbiType type, nint vector)
        : base(vector)
    {
        _type = type;
        Moved();
    }

    public override void Moved() => _data = DuckNative.VectorData(Vector);

    public override void Set(ulong row, ReadOnlySpan<byte> value)
    {
        switch (_type.Kind)
        {
            case AbiKind.Uint or AbiKind.Int:
                SetInteger(row, value[..AbiReading.Word]);
                break;
            case AbiKind.Bool:
                ((byte*)_data)[row] = value[31];
                break;
            case AbiKind.Address:
                SetBytes(row, value.Slice(12, 20));
                break;
            case AbiKind.FixedBytes:
                SetBytes(row, value[.._type.Size]);
                break;
            default:
                AbiReading.TryReadLength(value, out var length);
                if (_type.Kind == AbiKind.Bytes)
                    SetBytes(row, value.Slice(AbiReading.Word, length));
                else
                    SetText(row, value.Slice(AbiReading.Word, length));
                break;
        }
    }

    private void SetInteger(ulong row, ReadOnlySpan<byte> word)
    {
        switch (AbiColumns.BytesOf(_type))
        {
            case 1:
                ((byte*)_data)[row] = word[31];
                break;
            case 2:
                ((ushort*)_data)[row] = BinaryPrimitives.ReadUInt16BigEndian(word[30..]);
                break;
            case 4:
                ((uint*)_data)[row] = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
                break;
            case 8:
                ((ulong*)_data)[row] = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
                break;
            case 16:
                ((Int128*)_data)[row] = BinaryPrimitives.ReadInt128BigEndian(word[16..]);
                break;
            default:
                Span<byte> room = stackalloc byte[DecimalText.MaxLength];
                SetBytes(row, DecimalText.Write(word, _type.Kind == AbiKind.Int, room));
                break;
        }
    }

    // The engine's text is UTF-8; a contract's may be anything.
    private void SetText(ulong row, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            SetBytes(row, text);
        else
            SetBytes(row, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
    }
}
