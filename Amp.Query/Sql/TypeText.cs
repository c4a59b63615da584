using System.Globalization;
using Apache.Arrow.Types;

namespace Amp.Query.Sql;

/// <summary>An Arrow type written out, to compare types by: the library compares them by reference.</summary>
internal static class TypeText
{
    public static string Of(IArrowType type) => type switch
    {
        Decimal128Type d => string.Create(CultureInfo.InvariantCulture, $"decimal({d.Precision},{d.Scale})"),
        FixedSizeBinaryType f => string.Create(CultureInfo.InvariantCulture, $"bytes({f.ByteWidth})"),
        TimestampType t => $"timestamp({t.Unit},{t.Timezone})",
        ListType l => $"list({Of(l.ValueDataType)})",
        StructType s => $"struct({string.Join(',', s.Fields.Select(f => $"{f.Name}:{Of(f.DataType)}"))})",
        _ => type.Name,
    };
}
