using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>A running result: chunks of at most 2,048 rows in the order of the result.</summary>
internal sealed class DuckStream : IDisposable
{
    private readonly DuckFaults _faults;
    private DuckDBResult _result;

    public DuckStream(DuckDBState state, DuckDBResult result, DuckFaults faults)
    {
        _faults = faults;
        _result = result;
        if (state == DuckDBState.Success)
            return;
        var fault = Fault();
        Dispose();
        throw fault ?? _faults.FromText("no reason given");
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
            ? _faults.FromType(NativeMethods.Query.DuckDBResultErrorType(ref _result), text)
            : null;
}
