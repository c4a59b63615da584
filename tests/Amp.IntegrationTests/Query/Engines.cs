using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.TestKit.Lakes;
using Apache.Arrow;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Amp.IntegrationTests.Query;

/// <summary>Query engines of tests and what they answer.</summary>
internal static class Engines
{
    public static (QueryEngine Engine, DatasetCatalog Catalog) Over(NpgsqlDataSource database, string root, Func<QueryLimits, QueryLimits>? limit = null)
    {
        var limits = new QueryLimits { DataFolders = [root] };
        var catalog = new DatasetCatalog(database, root, TimeProvider.System, NullLogger<DatasetCatalog>.Instance);
        return (new QueryEngine(catalog, limit?.Invoke(limits) ?? limits, TimeProvider.System), catalog);
    }

    public static (QueryEngine Engine, DatasetCatalog Catalog) Over(RestoredLake lake, Func<QueryLimits, QueryLimits>? limit = null) =>
        Over(lake.Database.DataSource, lake.Root, limit);

    /// <summary>The rows of an answer, as .NET values.</summary>
    public static async Task<List<object?[]>> RowsAsync(this QueryEngine engine, string sql)
    {
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        var rows = new List<object?[]>();
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(c => Value(batch.Column(c), row))]);
            }
        }

        return rows;
    }

    public static async Task<object?> ScalarAsync(this QueryEngine engine, string sql) => Assert.Single(Assert.Single(await engine.RowsAsync(sql)));

    private static object? Value(IArrowArray array, int row) => array.IsNull(row) ? null : array switch
    {
        Int8Array a => a.GetValue(row),
        Int16Array a => a.GetValue(row),
        Int32Array a => a.GetValue(row),
        Int64Array a => a.GetValue(row),
        UInt32Array a => a.GetValue(row),
        UInt64Array a => a.GetValue(row),
        DoubleArray a => a.GetValue(row),
        BooleanArray a => a.GetValue(row),
        StringArray a => a.GetString(row),
        Decimal128Array a => a.GetSqlDecimal(row)!.Value.ToString(),
        Apache.Arrow.Arrays.FixedSizeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        BinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        TimestampArray a => a.GetValue(row),
        ListArray a => Enumerable.Range(0, a.GetValueLength(row)).Select(i => Value(a.GetSlicedValues(row), i)).ToArray(),
        StructArray a => a.Fields.Select(f => Value(f, row)).ToArray(),
        _ => throw new NotSupportedException(array.GetType().Name),
    };
}
