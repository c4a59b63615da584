using Apache.Arrow;

namespace Amp.Chains.Rows;

/// <summary>The columns of a table under construction, in the order of its schema.</summary>
internal sealed class TableRows : IDisposable
{
    private readonly Schema _schema;
    private readonly Column[] _columns;

    public TableRows(Schema schema, params Column[] columns)
    {
        if (columns.Length != schema.FieldsList.Count)
            throw new ArgumentException($"{columns.Length} columns for a schema of {schema.FieldsList.Count} fields.", nameof(columns));
        _schema = schema;
        _columns = columns;
    }

    /// <summary>Rows that are whole; columns are filled one after another, so this holds between blocks only.</summary>
    public int Count => _columns[0].Count;

    public long ByteCount
    {
        get
        {
            var sum = 0L;
            foreach (var column in _columns)
                sum += column.ByteCount;
            return sum;
        }
    }

    public void Truncate(int count)
    {
        foreach (var column in _columns)
            column.Truncate(count);
    }

    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
    }

    /// <summary>The rows as a batch over the columns' own memory.</summary>
    public RecordBatch Build()
    {
        var arrays = new IArrowArray[_columns.Length];
        for (var i = 0; i < arrays.Length; i++)
        {
            if (_columns[i].Count != Count)
                throw new InvalidOperationException($"Column {_schema.FieldsList[i].Name} has {_columns[i].Count} values where {Count} rows are.");
            arrays[i] = ArrowArrayFactory.BuildArray(_columns[i].Build());
        }

        return new RecordBatch(_schema, arrays, Count);
    }

    public void Dispose()
    {
        foreach (var column in _columns)
            column.Dispose();
    }
}
