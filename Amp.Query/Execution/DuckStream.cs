using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>A running result: chunks of at most 2,048 rows in the order of the result.</summary>
internal sealed class DuckStream : IDisposable
{
    private DuckDBResult _result;

    public DuckStream(DuckDBState state, DuckDBResult result)
    {
        _result = result;
        if (state == DuckDBState.Success)
            return;
        var fault = Fault();
        Dispose();
        throw fault ?? DuckFaults.FromText("no reason given");
    }

    /// <summary>The next chunk, to be disposed; null at the end. Blocks while DuckDB works.</summary>
    public DuckDBDataChunk? Next()
    {
        var chunk = NativeMethods.Query.DuckDBFetchChunk(_result);
        if (!chunk.IsInvalid)
            return chunk;
        chunk.Dispose();
        return Fault() is { } fault ? throw fault : null;
    }

    public void Dispose() => NativeMethods.Query.DuckDBDestroyResult(ref _result);

    private Exception? Fault() =>
        NativeMethods.Query.DuckDBResultError(ref _result) is { Length: > 0 } text
            ? DuckFaults.FromType(NativeMethods.Query.DuckDBResultErrorType(ref _result), text)
            : null;
}
