namespace Amp.Chains.Evm.Json;

/// <summary>Goes through an answer from front to back; a decoder is written once for both ways of reading.</summary>
internal interface IJsonCursor<TSelf>
    where TSelf : IJsonCursor<TSelf>, allows ref struct
{
    static abstract TSelf Over(ReadOnlySpan<byte> source);

    /// <summary>The start of the object that is the whole answer.</summary>
    void StartObject(FieldReader fields, string field, string what);

    /// <summary>The start of a list: the value of the field whose name was just read, or the whole answer.</summary>
    void StartList(FieldReader fields, string field, string what = "a list");

    /// <summary>The start of the next object of a list; false at the list's end.</summary>
    bool NextObject(FieldReader fields, string what);

    /// <summary>The next text of a list, empty for null; false at the list's end.</summary>
    bool NextText(FieldReader fields, string field, out ReadOnlySpan<byte> text);

    /// <summary>The name of the next field of an object; false at the object's end.</summary>
    bool NextName(out ReadOnlySpan<byte> name);

    /// <summary>The text of the field whose name was just read, empty for null.</summary>
    ReadOnlySpan<byte> Text(FieldReader fields, string field);

    /// <summary>The list of the field whose name was just read, as JSON, to be read later; empty for null.</summary>
    ReadOnlySpan<byte> Array(FieldReader fields, string field);

    /// <summary>Skips the value of a field that no column wants.</summary>
    void SkipValue();

    /// <summary>Nothing may follow.</summary>
    void End();
}
