using System.Text.Json;

namespace Amp.Chains.Evm.Json;

/// <summary>Reads any JSON there is, and says what is wrong with the rest.</summary>
internal ref struct JsonCursor : IJsonCursor<JsonCursor>
{
    private readonly ReadOnlySpan<byte> _source;
    private Utf8JsonReader _json;

    private JsonCursor(ReadOnlySpan<byte> source)
    {
        _source = source;
        _json = new Utf8JsonReader(source);
    }

    public static JsonCursor Over(ReadOnlySpan<byte> source) => new(source);

    public void StartObject(FieldReader fields, string field, string what)
    {
        _json.Read();
        Need(JsonTokenType.StartObject, fields, field, what);
    }

    public void StartList(FieldReader fields, string field, string what = "a list")
    {
        _json.Read();
        Need(JsonTokenType.StartArray, fields, field, what);
    }

    public bool NextObject(FieldReader fields, string what)
    {
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndArray)
            return false;
        Need(JsonTokenType.StartObject, fields, "", what);
        return true;
    }

    public bool NextText(FieldReader fields, string field, out ReadOnlySpan<byte> text)
    {
        var isThere = _json.Read() && _json.TokenType != JsonTokenType.EndArray;
        text = isThere ? fields.Value(ref _json, field) : default;
        return isThere;
    }

    public bool NextName(out ReadOnlySpan<byte> name) => _json.NextName(out name);

    public ReadOnlySpan<byte> Text(FieldReader fields, string field) => fields.Text(ref _json, field);

    public ReadOnlySpan<byte> Array(FieldReader fields, string field) => fields.Array(ref _json, _source, field);

    public void SkipValue() => _json.SkipValue();

    public void End() => _json.Read();

    private readonly void Need(JsonTokenType type, FieldReader fields, string field, string what)
    {
        if (_json.TokenType != type)
            throw fields.Fault(field, $"{what} is needed where a {_json.TokenType} stands");
    }
}
