using Amp.Query.Execution;

namespace Amp.UnitTests.Query;

/// <summary>An engine for all tests of a class.</summary>
public sealed class SharedEngine : IDisposable
{
    private readonly Lazy<DuckInstance> _instance = new(() => new DuckInstance(new QueryLimits { DataFolders = [], Threads = 1 }));

    internal QueryEngine Engine { get; } = NoTables.Engine();

    internal DuckConnection Connection => _instance.Value.Connection;

    public void Dispose()
    {
        Engine.Dispose();
        if (_instance.IsValueCreated)
            _instance.Value.Dispose();
    }
}
