using System.Globalization;
using System.Text;
using Amp.Query.Sql;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Catalog;

/// <summary>The SQL of the view that shows a table's snapshot to the engine.</summary>
internal static class TableView
{
    public static string SchemaSql(TableReference table) => $"CREATE SCHEMA IF NOT EXISTS {Quote(table.Schema)}";

    public static string Sql(TableReference table, TableSnapshot snapshot)
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE VIEW {Quote(table.Schema)}.{Quote(table.Table)} AS ");
        if (snapshot.Files.Count == 0)
            AppendEmpty(sql, snapshot.Columns);
        else
            AppendFiles(sql, snapshot);
        return sql.ToString();
    }

    private static void AppendEmpty(StringBuilder sql, Schema columns)
    {
        sql.Append("SELECT ").AppendJoin(", ", columns.FieldsList.Select(f => $"CAST(NULL AS {DuckTypeNames.For(f.DataType)}) AS {Quote(f.Name)}"));
        sql.Append(" WHERE false");
    }

    // Neighbouring files with the same columns and without a cut share one scan; a file that differs has its own.
    private static void AppendFiles(StringBuilder sql, TableSnapshot snapshot)
    {
        var files = snapshot.Files;
        for (var i = 0; i < files.Count;)
        {
            var next = i + 1;
            while (next < files.Count && AlikeForScan(files[i], files[next]))
                next++;
            if (i > 0)
                sql.Append(" UNION ALL ");
            AppendScan(sql, snapshot.Columns, files, i, next);
            i = next;
        }
    }

    private static bool AlikeForScan(SnapshotFile one, SnapshotFile other) =>
        one.Cut >= one.End && other.Cut >= other.End && (ReferenceEquals(one.Columns, other.Columns) || one.Columns.SetEquals(other.Columns));

    private static void AppendScan(StringBuilder sql, Schema columns, IReadOnlyList<SnapshotFile> files, int from, int to)
    {
        var present = files[from].Columns;
        sql.Append("SELECT ");
        sql.AppendJoin(", ", columns.FieldsList.Select(f => present.Contains(f.Name)
            ? Quote(f.Name)
            : $"CAST(NULL AS {DuckTypeNames.For(f.DataType)}) AS {Quote(f.Name)}"));
        sql.Append(" FROM read_parquet([");
        for (var i = from; i < to; i++)
            sql.Append(i > from ? ", " : "").Append(Literal(files[i].Path));
        sql.Append("], hive_partitioning = false)");
        if (files[from].Cut < files[from].End)
            sql.Append(CultureInfo.InvariantCulture, $" WHERE \"{BlockColumns.Own}\" <= {files[from].Cut}");
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
