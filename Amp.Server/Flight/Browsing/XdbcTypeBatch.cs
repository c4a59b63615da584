using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.Flight.Browsing;

/// <summary>The types of the engine as a batch, for CommandGetXdbcTypeInfo.</summary>
internal static class XdbcTypeBatch
{
    private const int Nullable = 1;
    private const int SearchableWithAll = 3;
    private const int SearchableWithoutLike = 2;

    /// <param name="code">Only the types with this number; null for all.</param>
    public static RecordBatch Of(int? code)
    {
        var types = XdbcType.All.Where(t => code is null || t.Code == code).ToList();
        return new RecordBatch(
            BrowseSchemas.XdbcTypes,
            [
                Text(t => t.Name), Number(t => t.Code), Number(t => t.Size), Text(t => t.Quoted ? "'" : null), Text(t => t.Quoted ? "'" : null), Parameters(types),
                Number(_ => Nullable), Flag(t => t.Name == "VARCHAR"), Number(t => t.Name == "VARCHAR" ? SearchableWithAll : SearchableWithoutLike),
                Flag(t => t.Unsigned), Flag(_ => false), Flag(t => t.Unsigned is null ? null : false), Text(t => t.Name),
                Number(t => t.MaximumScale is null ? null : 0), Number(t => t.MaximumScale), Number(t => t.GenericCode), Number(t => t.DatetimeSubcode),
                Number(t => t.Radix), Number(_ => null),
            ],
            types.Count);

        StringArray Text(Func<XdbcType, string?> value) => new StringArray.Builder().AppendRange(types.Select(value)).Build();
        Int32Array Number(Func<XdbcType, int?> value) => types.Aggregate(new Int32Array.Builder(), (b, t) => b.Append(value(t))).Build();
        BooleanArray Flag(Func<XdbcType, bool?> value) => types.Aggregate(new BooleanArray.Builder(), (b, t) => value(t) is { } flag ? b.Append(flag) : b.AppendNull()).Build();
    }

    private static ListArray Parameters(List<XdbcType> types)
    {
        var lists = new ListArray.Builder(((ListType)BrowseSchemas.XdbcTypes.GetFieldByName("create_params").DataType).ValueField);
        var words = (StringArray.Builder)lists.ValueBuilder;
        foreach (var type in types)
        {
            if (type.Parameters.Count == 0)
            {
                lists.AppendNull();
                continue;
            }

            lists.Append();
            words.AppendRange(type.Parameters);
        }

        return lists.Build();
    }
}
