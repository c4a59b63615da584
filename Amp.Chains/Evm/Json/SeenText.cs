namespace Amp.Chains.Evm.Json;

/// <summary>A field's text that was checked, so that the same text again needs no check.</summary>
internal sealed class SeenText
{
    // Leading zeros may make a number longer; such a one is checked each time.
    private readonly byte[] _text = new byte[80];
    private int _length;

    /// <summary>Whether the text is, letter by letter, the one that was set; nothing is the same as no text.</summary>
    public bool Is(ReadOnlySpan<byte> text) => _length > 0 && text.SequenceEqual(_text.AsSpan(0, _length));

    public void Set(ReadOnlySpan<byte> text)
    {
        _length = text.Length <= _text.Length ? text.Length : 0;
        text[.._length].CopyTo(_text);
    }
}
