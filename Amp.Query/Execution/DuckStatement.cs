using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>A prepared statement: what its columns are called and of which type, and its execution as a stream of chunks.</summary>
internal sealed class DuckStatement(DuckDBPreparedStatement statement, DuckFaults faults) : IDisposable
{
    public bool IsSelect => DuckNative.PreparedType(statement) == DuckDBStatementType.Select;

    public IReadOnlyList<(string Name, DuckType Type)> Columns()
    {
        var columns = new List<(string, DuckType)>();
        for (ulong i = 0; i < DuckNative.PreparedColumnCount(statement); i++)
        {
            columns.Add((
                DuckNative.TakeText(DuckNative.PreparedColumnName(statement, i)),
                DuckType.Take(DuckNative.PreparedColumnType(statement, i))));
        }

        return columns;
    }

    /// <summary>Binds the first parameter as text.</summary>
    public void BindText(string value) => NativeMethods.PreparedStatements.DuckDBBindVarchar(statement, 1, value);

    /// <summary>Starts the execution; blocks until the first rows are there or an interrupt comes.</summary>
    public DuckStream Stream()
    {
        var state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var result);
        return new DuckStream(state, result, faults);
    }

    public void Dispose() => statement.Dispose();
}
