using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Amp.Chains.Evm.Json;

/// <summary>
/// Reads JSON as nodes write it: no space between the tokens, no escapes, texts and nulls for the fields that columns want.
/// Where the answer is anything else it throws, and <see cref="JsonCursor"/> reads the answer from its start.
/// </summary>
/// <remarks>Measured on mainnet blocks: they become columns 1.2 to 1.5 times as fast as through <see cref="Utf8JsonReader"/>.</remarks>
internal ref struct PlainJsonCursor : IJsonCursor<PlainJsonCursor>
{
    private readonly ReadOnlySpan<byte> _source;
    private int _at;

    /// <summary>Whether nothing of the innermost object or list was read yet, so that no comma stands before what comes.</summary>
    private bool _isFirst;

    private PlainJsonCursor(ReadOnlySpan<byte> source) => _source = source;

    public static PlainJsonCursor Over(ReadOnlySpan<byte> source) => new(source);

    public void StartObject(FieldReader fields, string field, string what) => Start('{');

    public void StartList(FieldReader fields, string field, string what = "a list") => Start('[');

    public bool NextObject(FieldReader fields, string what)
    {
        if (!Next(']'))
            return false;
        Start('{');
        return true;
    }

    public bool NextText(FieldReader fields, string field, out ReadOnlySpan<byte> text)
    {
        var isThere = Next(']');
        text = isThere ? Text(fields, field) : default;
        return isThere;
    }

    public bool NextName(out ReadOnlySpan<byte> name)
    {
        if (!Next('}'))
        {
            name = default;
            return false;
        }

        name = Quoted();
        Take(':');
        return true;
    }

    public ReadOnlySpan<byte> Text(FieldReader fields, string field)
    {
        if (IsNull())
            return default;
        var text = Quoted();
        return text.IsEmpty ? throw NotPlain() : text;
    }

    public ReadOnlySpan<byte> Array(FieldReader fields, string field)
    {
        if (IsNull())
            return default;
        if (Byte() != '[')
            throw NotPlain();
        var start = _at;
        SkipChecked();
        return _source[start.._at];
    }

    public void SkipValue()
    {
        if (Byte() == '"')
            Quoted();
        else if (_source[_at..].StartsWith("false"u8))
            _at += "false".Length;
        else if (!IsNull())
            SkipChecked();
    }

    public void End()
    {
        if (_at != _source.Length)
            throw NotPlain();
    }

    private void Start(char bracket)
    {
        Take(bracket);
        _isFirst = true;
    }

    /// <summary>Goes to the next member, behind the comma before it; false behind the closing bracket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Next(char end)
    {
        var isFirst = _isFirst;
        _isFirst = false;
        var next = Byte();
        if (next == end)
        {
            _at++;
            return false;
        }

        if (!isFirst)
        {
            if (next != ',')
                throw NotPlain();
            _at++;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(char character)
    {
        if (Byte() != character)
            throw NotPlain();
        _at++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte Byte() => (uint)_at < (uint)_source.Length ? _source[_at] : throw NotPlain();

    private bool IsNull()
    {
        if (Byte() != 'n')
            return false;
        if (!_source[_at..].StartsWith("null"u8))
            throw NotPlain();
        _at += "null".Length;
        return true;
    }

    /// <summary>What stands between the quote here and the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Quoted()
    {
        Take('"');
        var start = _at;
        var end = Quote(start);
        _at = end + 1;
        return _source[start..end];
    }

    /// <summary>The place of the next quote; what JSON writes with a backslash, or may not hold, is not plain.</summary>
    private readonly int Quote(int at)
    {
        ref var source = ref MemoryMarshal.GetReference(_source);
        for (; at + Vector256<byte>.Count <= _source.Length; at += Vector256<byte>.Count)
        {
            var text = Vector256.LoadUnsafe(ref source, (nuint)at);
            var found = Vector256.Equals(text, Vector256.Create((byte)'"'))
                | Vector256.Equals(text, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(text, Vector256.Create((byte)' '));
            if (found == Vector256<byte>.Zero)
                continue;
            at += BitOperations.TrailingZeroCount(found.ExtractMostSignificantBits());
            return _source[at] == '"' ? at : throw NotPlain();
        }

        for (; at < _source.Length && _source[at] is not ((byte)'\\' or < (byte)' '); at++)
        {
            if (_source[at] == '"')
                return at;
        }

        throw NotPlain();
    }

    /// <summary>Skips a value of any kind, checked to its end.</summary>
    private void SkipChecked()
    {
        if (_source[_at..].StartsWith("[]"u8))
        {
            _at += "[]".Length;
            return;
        }

        var json = new Utf8JsonReader(_source[_at..]);
        json.Read();
        json.Skip();
        _at += (int)json.BytesConsumed;
    }

    private static JsonException NotPlain() => new("not written as nodes do");
}
