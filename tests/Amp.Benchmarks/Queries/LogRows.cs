using System.Globalization;
using Amp.Chains.Evm.Tables;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using DuckDB.NET.Data;

namespace Amp.Benchmarks.Queries;

/// <summary>A Parquet file of log-shaped rows in a temporary folder, and an engine whose only table it is.</summary>
internal sealed class LogRows : IDisposable
{
    private const int RowsPerBlock = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("amp-bench-logs-");

    public LogRows(long rows)
    {
        Rows = rows;
        Path = System.IO.Path.Combine(_folder.FullName, "logs.parquet");
        Duck(string.Create(CultureInfo.InvariantCulture, $"""
            copy (
                select (range // {RowsPerBlock})::ubigint as _block_num, unhex(sha256((range // {RowsPerBlock})::varchar)) as block_hash,
                    (range // {RowsPerBlock})::ubigint as block_num, to_timestamp(1600000000 + range // {RowsPerBlock} * 12) as timestamp,
                    unhex(sha256((range // 2)::varchar)) as tx_hash, (range // 2 % 100)::uinteger as tx_index, (range % {RowsPerBlock})::uinteger as log_index,
                    unhex(sha1((range % 5000)::varchar)) as address, unhex(sha256((range % 20)::varchar)) as topic0,
                    unhex(sha256((range % 100000)::varchar)) as topic1, unhex(sha256((range % 90001)::varchar)) as topic2,
                    case when range % 4 = 0 then unhex(sha256(range::varchar)) end as topic3, unhex(sha256((range + 1)::varchar)) as data
                from range({rows})) to '{Path}' (format parquet, compression zstd, row_group_size 122880)
            """));
    }

    public string Path { get; }

    public long Rows { get; }

    public QueryEngine Engine()
    {
        var schema = EvmTables.Logs.Schema;
        var columns = schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var last = (ulong)(Rows / RowsPerBlock);
        IReadOnlyList<TableSnapshot> table = [new(schema, [new SnapshotFile(Path, 0, last, last, columns)], null)];
        return new QueryEngine((_, _) => Task.FromResult(table), new QueryLimits { DataFolders = [_folder.FullName] }, TimeProvider.System);
    }

    /// <summary>Runs SQL in a DuckDB of its own with its own settings.</summary>
    public static void Duck(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
