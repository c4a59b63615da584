using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Shared.Datasets;

/// <summary>Arrow types in the JSON of manifests: <c>"UInt64"</c>, <c>{"FixedSizeBinary":32}</c>, <c>{"List":{…}}</c> and so on.</summary>
/// <remarks>The spelling is that of arrow-rs, in which existing manifests of this family are written.</remarks>
public static class ArrowTypeJson
{
    private static readonly Dictionary<string, IArrowType> _plain = new(StringComparer.Ordinal)
    {
        ["Null"] = NullType.Default,
        ["Boolean"] = BooleanType.Default,
        ["Int8"] = Int8Type.Default,
        ["Int16"] = Int16Type.Default,
        ["Int32"] = Int32Type.Default,
        ["Int64"] = Int64Type.Default,
        ["UInt8"] = UInt8Type.Default,
        ["UInt16"] = UInt16Type.Default,
        ["UInt32"] = UInt32Type.Default,
        ["UInt64"] = UInt64Type.Default,
        ["Float16"] = HalfFloatType.Default,
        ["Float32"] = FloatType.Default,
        ["Float64"] = DoubleType.Default,
        ["Utf8"] = StringType.Default,
        ["LargeUtf8"] = LargeStringType.Default,
        ["Binary"] = BinaryType.Default,
        ["LargeBinary"] = LargeBinaryType.Default,
        ["Date32"] = Date32Type.Default,
        ["Date64"] = Date64Type.Default,
    };

    private static readonly Dictionary<ArrowTypeId, string> _words = _plain.ToDictionary(p => p.Value.TypeId, p => p.Key);

    public static IArrowType Read(JsonNodeAt node)
    {
        if (node.Value.ValueKind == System.Text.Json.JsonValueKind.String)
            return _plain.TryGetValue(node.String(), out var plain) ? plain : throw node.Fault($"'{node.String()}' is not a type");

        if (node.Members().ToList() is not [var (word, value)])
            throw node.Fault("a type is a word or an object with one key");
        return word switch
        {
            "FixedSizeBinary" => ReadFixed(value),
            "Decimal128" => ReadDecimal(value, 38, (precision, scale) => new Decimal128Type(precision, scale)),
            "Decimal256" => ReadDecimal(value, 76, (precision, scale) => new Decimal256Type(precision, scale)),
            "Timestamp" => ReadTimestamp(value),
            "List" => new ListType(ReadField(value)),
            "Struct" => new StructType([.. value.Items().Select(ReadField)]),
            _ => throw node.Fault($"'{word}' is not a type"),
        };
    }

    public static void Write(CanonicalJson json, IArrowType type)
    {
        if (_words.TryGetValue(type.TypeId, out var word))
        {
            json.String(word);
            return;
        }

        json.Object(o =>
        {
            switch (type)
            {
                // Decimals derive from fixed binaries: they come first.
                case Decimal128Type d:
                    o.Key("Decimal128").Array(a => a.Number(d.Precision).Number(d.Scale));
                    break;
                case Decimal256Type d:
                    o.Key("Decimal256").Array(a => a.Number(d.Precision).Number(d.Scale));
                    break;
                case FixedSizeBinaryType f:
                    o.Key("FixedSizeBinary").Number(f.ByteWidth);
                    break;
                case TimestampType t:
                    o.Key("Timestamp").Array(a => _ = t.Timezone is null ? a.String(t.Unit.ToString()).Null() : a.String(t.Unit.ToString()).String(t.Timezone));
                    break;
                case ListType l:
                    o.Key("List");
                    WriteField(o, l.ValueField);
                    break;
                case StructType s:
                    o.Key("Struct").Array(a =>
                    {
                        foreach (var field in s.Fields)
                            WriteField(a, field);
                    });
                    break;
                default:
                    throw new NotSupportedException($"Arrow type {type.Name} has no spelling in manifests.");
            }
        });
    }

    public static string ToText(IArrowType type)
    {
        var json = new CanonicalJson();
        Write(json, type);
        return json.ToString();
    }

    /// <summary>
    /// Whether two types hold the same values. The name and nullability of a list's element do not count: lakes of this
    /// family call it <c>item</c> or <c>element</c>.
    /// </summary>
    public static bool Agree(IArrowType left, IArrowType right) => (left, right) switch
    {
        (ListType l, ListType r) => Agree(l.ValueDataType, r.ValueDataType),
        (StructType l, StructType r) => l.Fields.Count == r.Fields.Count && l.Fields.Zip(r.Fields).All(p =>
            string.Equals(p.First.Name, p.Second.Name, StringComparison.Ordinal)
            && p.First.IsNullable == p.Second.IsNullable && Agree(p.First.DataType, p.Second.DataType)),
        _ => string.Equals(ToText(left), ToText(right), StringComparison.Ordinal),
    };

    private static void WriteField(CanonicalJson json, Field field) => json.Object(f =>
    {
        f.Key("name").String(field.Name);
        f.Key("data_type");
        Write(f, field.DataType);
        f.Key("nullable").Bool(field.IsNullable);
        f.Key("dict_id").Number(0);
        f.Key("dict_is_ordered").Bool(false);
        f.Key("metadata").Object(_ => { });
    });

    private static Field ReadField(JsonNodeAt node) => new(
        node.Required("name").String(),
        Read(node.Member("data_type") ?? node.Member("type") ?? throw node.Fault("\"data_type\" is missing")),
        node.Required("nullable").Bool());

    private static FixedSizeBinaryType ReadFixed(JsonNodeAt node) =>
        node.Int() is > 0 and var width ? new FixedSizeBinaryType(width) : throw node.Fault("a width of at least 1 is needed");

    private static IArrowType ReadDecimal(JsonNodeAt node, int most, Func<int, int, IArrowType> make)
    {
        if (node.Items().ToList() is not [var precisionNode, var scaleNode])
            throw node.Fault("[precision, scale] is needed");
        var (precision, scale) = (precisionNode.Int(), scaleNode.Int());
        return precision >= 1 && precision <= most && Math.Abs(scale) <= precision
            ? make(precision, scale)
            : throw node.Fault($"a precision of 1 to {most} and a scale within it are needed");
    }

    private static TimestampType ReadTimestamp(JsonNodeAt node)
    {
        if (node.Items().ToList() is not [var unitNode, var zoneNode])
            throw node.Fault("[unit, time zone or null] is needed");
        var zone = zoneNode.Value.ValueKind == System.Text.Json.JsonValueKind.Null ? null : zoneNode.String();
        return unitNode.String() switch
        {
            "Second" => new TimestampType(TimeUnit.Second, zone),
            "Millisecond" => new TimestampType(TimeUnit.Millisecond, zone),
            "Microsecond" => new TimestampType(TimeUnit.Microsecond, zone),
            "Nanosecond" => new TimestampType(TimeUnit.Nanosecond, zone),
            var other => throw unitNode.Fault($"'{other}' is not one of Second, Millisecond, Microsecond, Nanosecond"),
        };
    }
}
