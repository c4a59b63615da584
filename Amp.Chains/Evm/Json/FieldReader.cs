using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Json;

/// <summary>Turns the texts of a block's JSON into values, and knows where it is when one of them is wrong.</summary>
/// <remarks>A text that is absent or null is an empty span; a present one has its 0x and so is never empty.</remarks>
internal sealed class FieldReader
{
    private const int MaxDigits64 = 16;

    private static readonly UInt128 _maxDecimal = UInt128.Parse(new string('9', 38));

    /// <summary>The block asked for.</summary>
    public ulong Block { get; set; }

    /// <summary>The list that is being read, null in the header.</summary>
    public string? List { get; set; }

    public int Index { get; set; }

    /// <summary>Position of the log within its receipt; −1 outside of logs.</summary>
    public int LogIndex { get; set; } = -1;

    /// <summary>The text of the field whose name was just read.</summary>
    public ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        return Value(ref json, field);
    }

    /// <summary>The text that was just read.</summary>
    public ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null)
            return default;
        if (json.TokenType != JsonTokenType.String)
            throw Fault(field, $"text is needed where a {json.TokenType} stands");
        var text = json.ValueIsEscaped ? Unescape(ref json) : json.ValueSpan;
        return text.IsEmpty ? throw Fault(field, "is empty") : text;
    }

    /// <summary>The array of the field whose name was just read, as JSON, to be read later; empty for null.</summary>
    public ReadOnlySpan<byte> Array(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> source, string field)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return default;
        if (json.TokenType != JsonTokenType.StartArray)
            throw Fault(field, $"a list is needed where a {json.TokenType} stands");
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return source[start..(int)json.BytesConsumed];
    }

    public ulong U64(ReadOnlySpan<byte> text, string field)
    {
        var digits = Significant(text, field, MaxDigits64);
        if (digits.Length > MaxDigits64)
            throw Bad(field, text, "does not fit in 64 bits");
        return Hex.TryParse(digits, out var value) ? value : throw Bad(field, text, "is not hexadecimal");
    }

    public ulong U64OrZero(ReadOnlySpan<byte> text, string field) => text.IsEmpty ? 0 : U64(text, field);

    public uint U32(ReadOnlySpan<byte> text, string field)
    {
        var value = U64(text, field);
        return value <= uint.MaxValue ? (uint)value : throw Bad(field, text, "does not fit in 32 bits");
    }

    public UInt128 U128(ReadOnlySpan<byte> text, string field)
    {
        var digits = Significant(text, field, 2 * MaxDigits64);
        if (digits.Length > 2 * MaxDigits64)
            throw Bad(field, text, "does not fit in 128 bits");
        var high = digits[..Math.Max(0, digits.Length - MaxDigits64)];
        return Hex.TryParse(high, out var upper) & Hex.TryParse(digits[high.Length..], out var lower)
            ? new UInt128(upper, lower)
            : throw Bad(field, text, "is not hexadecimal");
    }

    /// <summary>A decimal of 38 digits.</summary>
    public UInt128 Wei(ReadOnlySpan<byte> text, string field)
    {
        var value = U128(text, field);
        return value <= _maxDecimal ? value : throw Bad(field, text, "does not fit in a decimal of 38 digits");
    }

    /// <summary>Data of exactly the length of the destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bytes(ReadOnlySpan<byte> text, string field, Span<byte> destination)
    {
        if (text.Length != 2 + (2 * destination.Length) || !Hex.TryDecode(Digits(text, field), destination))
            throw NotBytes(text, field, destination.Length);
    }

    /// <summary>A number of up to 256 bits as 32 bytes: clients print signatures with and without leading zeros.</summary>
    public void Word(ReadOnlySpan<byte> text, string field, Span<byte> destination)
    {
        if (text.Length == 2 + (2 * Hash32.Size) && Hex.TryDecode(Digits(text, field), destination))
            return;
        var digits = Significant(text, field, 2 * Hash32.Size);
        if (digits.Length > 2 * Hash32.Size)
            throw Bad(field, text, "does not fit in 256 bits");
        Span<byte> padded = stackalloc byte[2 * Hash32.Size];
        padded.Fill((byte)'0');
        digits.CopyTo(padded[^digits.Length..]);
        if (!Hex.TryDecode(padded, destination))
            throw Bad(field, text, "is not hexadecimal");
    }

    public Hash32 Hash(ReadOnlySpan<byte> text, string field)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        Bytes(text, field, bytes);
        return new Hash32(bytes);
    }

    /// <summary>Data of any length.</summary>
    public void Data(ReadOnlySpan<byte> text, string field, BytesColumn column)
    {
        var digits = Digits(text, field);
        if ((digits.Length & 1) != 0)
            throw Bad(field, text, "has an odd number of digits");
        if (!Hex.TryDecode(digits, column.Append(digits.Length / 2)))
            throw Bad(field, text, "is not hexadecimal");
    }

    /// <summary>A number of 256 bits as decimal text.</summary>
    public void Decimal(ReadOnlySpan<byte> text, string field, BytesColumn column)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        Word(text, field, bytes);
        Span<ulong> words = stackalloc ulong[4];
        for (var i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(i * sizeof(ulong))..]);
        Span<byte> decimals = stackalloc byte[DecimalText.MaxLength];
        var length = DecimalText.Write(words, decimals);
        decimals[..length].CopyTo(column.Append(length));
    }

    public AmpException Bad(string field, ReadOnlySpan<byte> text, string reason)
    {
        const int shown = 80;
        var value = Encoding.UTF8.GetString(text[..Math.Min(text.Length, shown)]) + (text.Length > shown ? "…" : "");
        return Fault(field, text.IsEmpty ? "is missing" : $"'{value}' {reason}");
    }

    /// <summary>The answer is not of the agreed form: another attempt gives the same.</summary>
    public AmpException Fault(string field, string reason) => new(ErrorCode.BlockInvalid, $"block {Block}: {Place(field)}: {reason}");

    /// <summary>The answers do not belong together: the node may have been between two chains.</summary>
    public AmpException Mismatch(string field, string reason, ErrorCode code = ErrorCode.BlockInvalid) =>
        new RetryableException(code, $"block {Block}: {Place(field)}: {reason}");

    private string Place(string field)
    {
        if (List is null)
            return field;
        var log = LogIndex < 0 ? "" : $"logs[{LogIndex}].";
        return $"{List}[{Index}].{log}{field}".TrimEnd('.');
    }

    private AmpException NotBytes(ReadOnlySpan<byte> text, string field, int length) =>
        Bad(field, text, $"is not 0x and {2 * length} hexadecimal digits");

    private ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text, string field)
    {
        if (text.Length < 2 || text[0] != '0' || (text[1] | 0x20) != 'x')
            throw Bad(field, text, "does not start with 0x");
        return text[2..];
    }

    /// <summary>The digits of a number; where there are more than fit, without the zeros before them, which some clients print.</summary>
    private ReadOnlySpan<byte> Significant(ReadOnlySpan<byte> text, string field, int most)
    {
        var digits = Digits(text, field);
        if (digits.IsEmpty)
            throw Bad(field, text, "has no digits");
        return digits.Length <= most ? digits : digits.TrimStart((byte)'0');
    }

    private static byte[] Unescape(scoped ref Utf8JsonReader json)
    {
        var bytes = new byte[json.ValueSpan.Length];
        return bytes[..json.CopyString(bytes)];
    }
}
