using System.Globalization;
using System.Text;

namespace Amp.Shared.Datasets;

/// <summary>Writes the JSON that manifests are hashed from: compact, UTF-8, only those escapes that JSON requires.</summary>
/// <remarks>Not Utf8JsonWriter: its encoders escape more, and what they escape is theirs to change, which would change hashes.</remarks>
public sealed class CanonicalJson
{
    private readonly StringBuilder _text = new();
    private bool _first = true;

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    public override string ToString() => _text.ToString();

    public CanonicalJson Object(Action<CanonicalJson> members) => Nest('{', members, '}');

    public CanonicalJson Array(Action<CanonicalJson> items) => Nest('[', items, ']');

    public CanonicalJson Key(string name)
    {
        Separate();
        Quote(name);
        _text.Append(':');
        _first = true;
        return this;
    }

    public CanonicalJson String(string value)
    {
        Separate();
        Quote(value);
        return this;
    }

    public CanonicalJson Number(ulong value) => Raw(value.ToString(CultureInfo.InvariantCulture));

    public CanonicalJson Number(int value) => Raw(value.ToString(CultureInfo.InvariantCulture));

    public CanonicalJson Bool(bool value) => Raw(value ? "true" : "false");

    public CanonicalJson Null() => Raw("null");

    private CanonicalJson Raw(string literal)
    {
        Separate();
        _text.Append(literal);
        return this;
    }

    private CanonicalJson Nest(char open, Action<CanonicalJson> content, char close)
    {
        Separate();
        _text.Append(open);
        _first = true;
        content(this);
        _text.Append(close);
        _first = false;
        return this;
    }

    private void Separate()
    {
        if (!_first)
            _text.Append(',');
        _first = false;
    }

    private void Quote(string value)
    {
        _text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
