using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>A JSON value together with the path that leads to it, so that every fault names the place of the mistake.</summary>
public readonly record struct JsonNodeAt(JsonElement Value, string Path, ErrorCode Code)
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses a whole text and hands its root to a reader.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> utf8, ErrorCode code, Func<JsonNodeAt, T> reader)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, _strict);
            return reader(new JsonNodeAt(document.RootElement, "$", code));
        }
        catch (JsonException e)
        {
            throw new AmpException(code, $"the JSON is broken: {e.Message}", e);
        }
        catch (InvalidOperationException e) when (e.InnerException is System.Text.DecoderFallbackException or null)
        {
            // JsonElement reports text that is not Unicode (a lone surrogate) only when it is read.
            throw new AmpException(code, "the JSON holds text that is not valid Unicode", e);
        }
    }

    public AmpException Fault(string what) => new(Code, $"{Path}: {what}");

    public JsonNodeAt? Member(string name)
    {
        RequireObject();
        return Value.TryGetProperty(name, out var member) ? At(member, name) : null;
    }

    public JsonNodeAt Required(string name) => Member(name) ?? throw Fault($"\"{name}\" is missing");

    /// <summary>A member that may be absent or null.</summary>
    public JsonNodeAt? Optional(string name) => Member(name) is { Value.ValueKind: not JsonValueKind.Null } member ? member : null;

    public IEnumerable<(string Name, JsonNodeAt Node)> Members()
    {
        RequireObject();
        var (path, code) = (Path, Code);
        return Value.EnumerateObject().Select(p => (p.Name, new JsonNodeAt(p.Value, $"{path}.{p.Name}", code)));
    }

    /// <summary>Refuses members that nothing reads: a misspelt one would silently be its default.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in Members())
        {
            if (!names.Contains(name))
                throw Fault($"\"{name}\" is not known; known are {string.Join(", ", names)}");
        }
    }

    public IEnumerable<JsonNodeAt> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array)
            throw Fault($"an array is needed, not {Kind}");
        var (path, code) = (Path, Code);
        return Value.EnumerateArray().Select((v, i) => new JsonNodeAt(v, $"{path}[{i}]", code));
    }

    public string String() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Fault($"a string is needed, not {Kind}");

    public bool Bool() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Fault($"true or false is needed, not {Kind}");

    public int Int() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number)
        ? number
        : throw Fault($"a whole number is needed, not {Value.GetRawText()}");

    public long Long() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out var number)
        ? number
        : throw Fault($"a whole number of 64 bits is needed, not {Value.GetRawText()}");

    /// <summary>A block number: whole, not negative, and within the database's 64-bit integers.</summary>
    public ulong Block() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out var number) && number >= 0
        ? (ulong)number
        : throw Fault($"a block number is needed, not {Value.GetRawText()}");

    public DatasetReference Dataset()
    {
        try
        {
            return DatasetReference.Parse(String());
        }
        catch (AmpException e) when (e.Code != Code)
        {
            throw new AmpException(Code, $"{Path}: {e.Message}", e);
        }
    }

    private JsonNodeAt At(JsonElement member, string name) => new(member, $"{Path}.{name}", Code);

    private void RequireObject()
    {
        if (Value.ValueKind != JsonValueKind.Object)
            throw Fault($"an object is needed, not {Kind}");
    }

    private string Kind => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
