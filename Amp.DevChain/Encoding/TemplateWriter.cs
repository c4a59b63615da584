namespace Amp.DevChain.Encoding;

/// <summary>
/// Writes the JSON of a block into a template: with holes for what differs between blocks of one shape (load grade), or
/// with the values themselves (full grade).
/// </summary>
internal sealed class TemplateWriter(bool leaveHoles) : IDisposable
{
    private readonly ResponseBuffer _text = new();
    private readonly List<Hole> _holes = [];
    private readonly List<TemplateMark> _items = [];

    public void Dispose() => _text.Dispose();

    /// <summary>The template written so far; the writer is empty afterwards.</summary>
    public JsonTemplate Take()
    {
        var template = new JsonTemplate(_text.WrittenSpan.ToArray(), [.. _holes], [.. _items]);
        _text.Truncate(0);
        _holes.Clear();
        _items.Clear();
        return template;
    }

    /// <summary>Start or end of a transaction or receipt.</summary>
    public void MarkItem() => _items.Add(new TemplateMark(_text.Length, _holes.Count));

    public void Raw(ReadOnlySpan<byte> json) => _text.Write(json);

    /// <summary>A member whose value is hex digits of bytes; <paramref name="name"/> is written as it stands, with quotes and colon.</summary>
    public void Data(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        Open(name);
        _text.WriteHex(bytes);
        Close();
    }

    public void Data(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes, HoleKind kind, int slot = 0)
    {
        Open(name);
        if (leaveHoles)
            _holes.Add(new Hole(_text.Length, kind, slot));
        else
            _text.WriteHex(bytes);
        Close();
    }

    /// <summary>Bytes whose last word differs from block to block, where there is a whole one.</summary>
    public void DataWithAmount(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes, int slot)
    {
        Open(name);
        if (leaveHoles && bytes.Length >= 32)
        {
            _text.WriteHex(bytes[..^32]);
            _holes.Add(new Hole(_text.Length, HoleKind.Amount, slot));
        }
        else
        {
            _text.WriteHex(bytes);
        }

        Close();
    }

    /// <summary>A padded address is an account of the chain, any other word an amount; without a name, as in an array.</summary>
    public void Topic(ReadOnlySpan<byte> word, int slot)
    {
        Open([]);
        if (!leaveHoles || word.IndexOfAnyExcept((byte)0) < 12)
        {
            _text.WriteHex(word);
        }
        else if (word.IndexOfAnyExcept((byte)0) < 22)
        {
            _text.WriteHex(word[..12]);
            _holes.Add(new Hole(_text.Length, HoleKind.Account, slot));
        }
        else
        {
            _holes.Add(new Hole(_text.Length, HoleKind.Amount, slot));
        }

        Close();
    }

    public void Number(ReadOnlySpan<byte> name, UInt128 value)
    {
        Open(name);
        _text.WriteHexNumber(value);
        Close();
    }

    public void Number(ReadOnlySpan<byte> name, UInt128 value, HoleKind kind, int slot = 0)
    {
        Open(name);
        if (leaveHoles)
            _holes.Add(new Hole(_text.Length, kind, slot));
        else
            _text.WriteHexNumber(value);
        Close();
    }

    /// <summary>32 bytes that nodes print as a number, without leading zeros.</summary>
    public void NumberBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bigEndian, HoleKind kind, int slot)
    {
        Open(name);
        if (leaveHoles)
            _holes.Add(new Hole(_text.Length, kind, slot));
        else
            WriteNumber(bigEndian);
        Close();
    }

    public void NumberBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bigEndian)
    {
        Open(name);
        WriteNumber(bigEndian);
        Close();
    }

    private void WriteNumber(ReadOnlySpan<byte> bigEndian)
    {
        var digits = bigEndian.TrimStart((byte)0);
        if (digits.IsEmpty)
        {
            _text.Write("0"u8);
            return;
        }

        _text.WriteHexNumber(digits[0]);
        _text.WriteHex(digits[1..]);
    }

    private void Open(ReadOnlySpan<byte> name)
    {
        _text.Write(name);
        _text.Write("\"0x"u8);
    }

    private void Close() => _text.Write("\""u8);
}
