using Apache.Arrow;
using Apache.Arrow.Types;
using Amp.Server.Flight.Ipc;

namespace Amp.Server.Flight.Browsing;

/// <summary>Answers about the server as a batch with the dense union that Flight SQL fixes for CommandGetSqlInfo.</summary>
internal static class SqlInfoBatch
{
    private const byte MapKind = 5;

    /// <param name="asked">Numbers of questions; none for all. Those that this server has no answer to are left out.</param>
    public static RecordBatch Of(IReadOnlyCollection<uint> asked)
    {
        var numbers = SqlInfoValues.All.Keys.Append(SqlInfoValues.SupportsConvert).Where(n => asked.Count == 0 || asked.Contains(n)).Order().ToList();
        var values = numbers.Select(n => SqlInfoValues.All.GetValueOrDefault(n)).ToList();
        var kinds = values.Select(Kind).ToArray();
        var seen = new int[MapKind + 1];
        var offsets = kinds.Select(k => seen[k]++).ToArray();
        var value = new ArrayData(
            BrowseSchemas.SqlInfoValue, values.Count, 0, 0,
            [new ArrowBuffer(kinds), new ArrowBuffer.Builder<int>().AppendRange(offsets).Build()],
            [
                new StringArray.Builder().AppendRange(values.OfType<string>()).Build().Data,
                new BooleanArray.Builder().AppendRange(values.OfType<bool>()).Build().Data,
                new Int64Array.Builder().AppendRange(values.OfType<long>()).Build().Data,
                new Int32Array.Builder().AppendRange(values.OfType<int>()).Build().Data,
                Lists(values.OfType<string[]>()),
                EmptyMaps(seen[MapKind]),
            ]);
        return new RecordBatch(
            BrowseSchemas.SqlInfo, [new UInt32Array.Builder().AppendRange(numbers).Build(), ArrowArrayFactory.BuildArray(value)], values.Count);
    }

    private static byte Kind(object? value) => value switch
    {
        string => 0,
        bool => 1,
        long => 2,
        int => 3,
        string[] => 4,
        _ => MapKind,
    };

    private static ArrayData Lists(IEnumerable<string[]> values)
    {
        var lists = new ListArray.Builder(((ListType)BrowseSchemas.SqlInfoValue.Fields[4].DataType).ValueField);
        var words = (StringArray.Builder)lists.ValueBuilder;
        foreach (var list in values)
        {
            lists.Append();
            words.AppendRange(list);
        }

        return lists.Build().Data;
    }

    private static ArrayData EmptyMaps(int count)
    {
        var type = (MapType)BrowseSchemas.SqlInfoValue.Fields[MapKind].DataType;
        return new ArrayData(
            type, count, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(new byte[(count + 1) * sizeof(int)])], [EmptyBatch.Data(type.Fields[0].DataType)]);
    }
}
