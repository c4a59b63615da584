using System.Buffers.Binary;

namespace Amp.Query.Functions.Abi;

/// <summary>Where values lie in ABI-encoded bytes, and whether all of them fit.</summary>
/// <remarks>
/// A value is looked through before any of it is copied, so that a row is decoded whole or is null. Offsets may point anywhere: what is read together is
/// bounded by the bytes that there are, so that small data which names the same bytes over and over decodes to nothing.
/// </remarks>
internal static class AbiReading
{
    public const int Word = 32;

    /// <summary>Whether bytes hold these parameters, one after the other.</summary>
    public static bool Fits(IReadOnlyList<AbiParameter> parameters, ReadOnlySpan<byte> data)
    {
        var budget = data.Length / Word + 1;
        return FitParts(parameters, data, ref budget);
    }

    /// <summary>Whether bytes hold one value of a type, as an only parameter.</summary>
    public static bool Fits(AbiType type, ReadOnlySpan<byte> data)
    {
        var budget = data.Length / Word + 1;
        return TryLocate(type, data, 0, out var value) && FitsAt(type, value, ref budget);
    }

    /// <summary>Where the value of a place begins.</summary>
    public static bool TryLocate(AbiType type, ReadOnlySpan<byte> frame, long head, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (head > frame.Length)
            return false;
        if (!type.IsDynamic)
        {
            value = frame[(int)head..];
            return true;
        }

        if (!TryReadLength(frame[(int)head..], out var offset) || offset > frame.Length)
            return false;
        value = frame[offset..];
        return true;
    }

    /// <summary>What <see cref="Fits(AbiType,ReadOnlySpan{byte})"/> has seen to be there.</summary>
    public static ReadOnlySpan<byte> Locate(AbiType type, ReadOnlySpan<byte> frame, long head) =>
        TryLocate(type, frame, head, out var value) ? value : throw new InvalidOperationException("The value was not looked through.");

    /// <summary>A length or offset; one that no data has is none.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> data, out int length)
    {
        length = 0;
        if (data.Length < Word || data[..28].ContainsAnyExcept((byte)0))
            return false;
        length = BinaryPrimitives.ReadInt32BigEndian(data[28..]);
        return length >= 0;
    }

    private static bool FitsAt(AbiType type, ReadOnlySpan<byte> value, ref int budget)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes or AbiKind.Text:
                if (!TryReadLength(value, out var length) || length > value.Length - Word)
                    return false;
                budget -= 1 + (int)(((long)length + Word - 1) / Word);
                return budget >= 0;
            case AbiKind.List:
                return TryReadLength(value, out var count) && --budget >= 0 && FitElements(type.Element!, value[Word..], count, ref budget);
            case AbiKind.Array:
                return FitElements(type.Element!, value, type.Size, ref budget);
            case AbiKind.Tuple:
                return FitParts(type.Parts, value, ref budget);
            default:
                return --budget >= 0 && value.Length >= Word && FitsWord(type, value[..Word]);
        }
    }

    private static bool FitElements(AbiType element, ReadOnlySpan<byte> frame, int count, ref int budget)
    {
        var step = element.HeadBytes;
        if (count * step > frame.Length)
            return false;
        for (var i = 0; i < count; i++)
        {
            if (!TryLocate(element, frame, i * step, out var value) || !FitsAt(element, value, ref budget))
                return false;
        }

        return true;
    }

    private static bool FitParts(IReadOnlyList<AbiParameter> parts, ReadOnlySpan<byte> frame, ref int budget)
    {
        var head = 0L;
        for (var i = 0; i < parts.Count; i++)
        {
            var type = parts[i].Type;
            if (!TryLocate(type, frame, head, out var value) || !FitsAt(type, value, ref budget))
                return false;
            head += type.HeadBytes;
        }

        return true;
    }

    /// <summary>Whether a word holds a value of a type that takes one word.</summary>
    public static bool FitsWord(AbiType type, ReadOnlySpan<byte> word) => type.Kind switch
    {
        AbiKind.Uint => !word[..(Word - type.Size / 8)].ContainsAnyExcept((byte)0),
        AbiKind.Int => FitsSigned(type, word),
        AbiKind.Address => !word[..12].ContainsAnyExcept((byte)0),
        AbiKind.Bool => !word[..31].ContainsAnyExcept((byte)0) && word[31] <= 1,
        AbiKind.FixedBytes => !word[type.Size..].ContainsAnyExcept((byte)0),
        _ => false,
    };

    private static bool FitsSigned(AbiType type, ReadOnlySpan<byte> word)
    {
        var sign = word[Word - type.Size / 8] >= 0x80 ? (byte)0xff : (byte)0;
        return !word[..(Word - type.Size / 8)].ContainsAnyExcept(sign);
    }
}
