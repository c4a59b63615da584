using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amp.Query.Execution.Columns;
using Amp.Query.Functions;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>One connection of a DuckDB instance. One thread at a time; <see cref="Interrupt"/> alone may come from any thread.</summary>
internal sealed class DuckConnection : IDisposable
{
    private readonly DuckDBNativeConnection _connection;
    private readonly DuckFaults _faults;

    /// <summary>Kept, as every query begins with it.</summary>
    private DuckStatement? _jsonTree;

    public DuckConnection(DuckDBDatabase database, DuckFaults faults)
    {
        _faults = faults;
        if (NativeMethods.Startup.DuckDBConnect(database, out _connection) != DuckDBState.Success)
            throw new AmpException(ErrorCode.InternalError, "The query engine refused a connection.");
    }

    /// <summary>Runs our own statement; its result is dropped.</summary>
    public void Execute(string sql)
    {
        var state = NativeMethods.Query.DuckDBQuery(_connection, sql, out var result);
        try
        {
            if (state != DuckDBState.Success)
                throw _faults.FromText(NativeMethods.Query.DuckDBResultError(ref result) ?? "no reason given");
        }
        finally
        {
            NativeMethods.Query.DuckDBDestroyResult(ref result);
        }
    }

    public DuckStatement Prepare(string sql)
    {
        var state = NativeMethods.PreparedStatements.DuckDBPrepare(_connection, sql, out var statement);
        if (state == DuckDBState.Success)
            return new DuckStatement(statement, _faults);
        var error = NativeMethods.PreparedStatements.DuckDBPrepareError(statement) ?? "no reason given";
        statement.Dispose();
        throw _faults.FromText(error);
    }

    /// <summary>DuckDB's parse tree of the SQL as JSON; mistakes of the SQL are told inside it.</summary>
    public unsafe string JsonTree(string sql)
    {
        _jsonTree ??= Prepare("SELECT json_serialize_sql(CAST($1 AS VARCHAR))");
        _jsonTree.BindText(sql);
        using var stream = _jsonTree.Stream();
        using var chunk = stream.Next() ?? throw new AmpException(ErrorCode.InternalError, "The query engine gave no parse tree.");
        var value = (DuckString*)DuckNative.VectorData(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0));
        var tree = Encoding.UTF8.GetString(DuckString.Bytes(value), checked((int)value->Length));

        // A stream that is not read to its end leaves its transaction open, and what is registered next would be rolled back with it.
        while (stream.Next() is { } rest)
            rest.Dispose();
        return tree;
    }

    /// <summary>Makes a function of ours known to the instance under a name.</summary>
    public unsafe void Register(string name, EvmFunction function)
    {
        var made = DuckNative.CreateScalarFunction();
        try
        {
            DuckNative.SetFunctionName(made, name);
            foreach (var parameter in function.EngineParameters())
            {
                var type = parameter;
                DuckNative.AddFunctionParameter(made, type);
                DuckNative.DestroyLogicalType(ref type);
            }

            var result = function.EngineResult();
            DuckNative.SetFunctionReturnType(made, result);
            DuckNative.DestroyLogicalType(ref result);
            DuckNative.SetFunctionTakesNulls(made);
            DuckNative.SetFunctionInfo(made, GCHandle.ToIntPtr(GCHandle.Alloc(function)), &Free);
            DuckNative.SetFunctionBody(made, &Run);
            if (DuckNative.RegisterScalarFunction(_connection, made) != DuckDBState.Success)
                throw new AmpException(ErrorCode.InternalError, $"The query engine refused the function {name}.");
        }
        finally
        {
            DuckNative.DestroyScalarFunction(ref made);
        }
    }

    public void Interrupt() => NativeMethods.Startup.DuckDBInterrupt(_connection);

    public void Dispose()
    {
        _jsonTree?.Dispose();
        _connection.Dispose();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint info) => GCHandle.FromIntPtr(info).Free();

    // An exception that reached the engine's own code would end the process.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint info, nint chunk, nint result)
    {
        try
        {
            ((EvmFunction)GCHandle.FromIntPtr(DuckNative.FunctionInfo(info)).Target!).Run(chunk, result);
        }
        catch (Exception e)
        {
            DuckNative.SetFunctionError(info, e is AmpException told ? told.Message : $"a function failed: {e.GetType().Name}");
        }
    }
}
