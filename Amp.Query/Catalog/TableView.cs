using System.Globalization;
using System.Text;
using Amp.Query.Sql;
using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.Query.Catalog;

/// <summary>Makes the view that shows a table's snapshot to the engine.</summary>
/// <remarks>
/// The files stand in variables and not in the view's text: DuckDB binds a view when it is made and again when it is used, and parses each path
/// as an expression. Measured with 10,000 files on a busy machine: 180 ms that way, 40 ms with lists that are given as one text.
/// </remarks>
internal static class TableView
{
    public static ViewDefinition Of(TableReference table, TableSnapshot snapshot, int firstVariable)
    {
        var sql = new StringBuilder();
        var lists = new List<FileList>();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE VIEW {EngineName.Quoted(table.Schema)}.{EngineName.Quoted(table.Table)} AS ");
        if (snapshot.Files.Count == 0)
            AppendEmpty(sql, snapshot.Columns);
        else
            AppendFiles(sql, lists, snapshot, firstVariable);
        return new ViewDefinition(table.Schema, sql.ToString(), lists);
    }

    private static void AppendEmpty(StringBuilder sql, Schema columns)
    {
        sql.Append("SELECT ").AppendJoin(", ", columns.FieldsList.Select(f => $"CAST(NULL AS {DuckTypeNames.For(f.DataType)}) AS {EngineName.Quoted(f.Name)}"));
        sql.Append(" WHERE false");
    }

    // Neighbouring files with the same columns and without a cut share one scan; a file that differs has its own.
    private static void AppendFiles(StringBuilder sql, List<FileList> lists, TableSnapshot snapshot, int firstVariable)
    {
        var files = snapshot.Files;
        for (var i = 0; i < files.Count;)
        {
            var next = i + 1;
            while (next < files.Count && AlikeForScan(files[i], files[next]))
                next++;
            if (i > 0)
                sql.Append(" UNION ALL ");
            var variable = string.Create(CultureInfo.InvariantCulture, $"amp_files_{firstVariable + lists.Count}");
            lists.Add(new FileList(variable, [.. files.Skip(i).Take(next - i)]));
            AppendScan(sql, snapshot.Columns, files[i], variable);
            i = next;
        }
    }

    private static bool AlikeForScan(SnapshotFile one, SnapshotFile other) =>
        one.Cut >= one.End && other.Cut >= other.End && (ReferenceEquals(one.Columns, other.Columns) || one.Columns.SetEquals(other.Columns));

    private static void AppendScan(StringBuilder sql, Schema columns, SnapshotFile first, string variable)
    {
        if (columns.FieldsList.FirstOrDefault(f => !f.IsNullable && !first.Columns.Contains(f.Name)) is { } lacking)
            throw new AmpException(ErrorCode.ExecutionError, $"Segment {Path.GetFileName(first.Path)} has no column \"{lacking.Name}\", which the table's rows always have.");
        sql.Append("SELECT ");
        sql.AppendJoin(", ", columns.FieldsList.Select(f => first.Columns.Contains(f.Name)
            ? EngineName.Quoted(f.Name)
            : $"CAST(NULL AS {DuckTypeNames.For(f.DataType)}) AS {EngineName.Quoted(f.Name)}"));
        sql.Append(CultureInfo.InvariantCulture, $" FROM read_parquet(getvariable('{variable}'), hive_partitioning = false)");
        if (first.Cut < first.End)
            sql.Append(CultureInfo.InvariantCulture, $" WHERE \"{BlockColumns.Own}\" <= {first.Cut}");
    }
}
