using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.IntegrationTests.Flight;

/// <summary>Schemas in the notation of the Flight SQL specification.</summary>
internal static class SchemaText
{
    public static string Of(Schema schema) => string.Join(", ", schema.FieldsList.Select(Of));

    private static string Of(Field field) => $"{field.Name}: {Of(field.DataType)}{(field.IsNullable ? "" : " not null")}";

    private static string Of(IArrowType type) => type switch
    {
        StringType => "utf8",
        BinaryType => "bytes",
        MapType map => $"map<{Of(map.KeyField.DataType)}, {Of(map.ValueField.DataType)}>",
        ListType list => $"list<{Of(list.ValueDataType)}{(list.ValueField.IsNullable ? "" : " not null")}>",
        UnionType { Mode: UnionMode.Dense } union => $"dense_union<{string.Join(", ", union.TypeIds.Zip(union.Fields, (id, f) => $"{id} {f.Name}: {Of(f.DataType)}"))}>",
        _ => type.Name,
    };
}
