using Amp.LocalPostgres;

namespace Amp.TestKit.Postgres;

/// <summary>PostgreSQL servers for tests, without fsync and in temporary folders. Their guards stop and delete them when the test process ends, in whatever way.</summary>
public static class TestPostgres
{
    private static readonly SemaphoreSlim _starting = new(1, 1);
    private static PostgresCluster? _shared;
    private static PostgresUnavailableException? _unavailable;

    /// <summary>The one server that the tests of this process share; started by the first that asks. Never stop or kill it.</summary>
    public static async Task<PostgresCluster> SharedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_unavailable is not null)
                Missing.Skip(_unavailable.Message);
            return _shared ??= await StartAsync();
        }
        catch (PostgresUnavailableException e)
        {
            _unavailable = e;
            Missing.Skip(e.Message);
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A server of the test's own, to be killed (<see cref="PostgresCluster.KillAsync"/>), stopped and restarted at will.</summary>
    public static async Task<PostgresCluster> StartOwnAsync()
    {
        try
        {
            // What was committed must outlive the server's processes.
            return await StartAsync(("synchronous_commit", "on"));
        }
        catch (PostgresUnavailableException e)
        {
            Missing.Skip(e.Message);
            throw;
        }
    }

    private static Task<PostgresCluster> StartAsync(params (string Name, string Value)[] settings) => PostgresCluster.StartAsync(
        new PostgresClusterSettings(Path.Combine(Path.GetTempPath(), $"amp-test-postgres-{Guid.NewGuid():N}"))
        {
            Durable = false,
            Temporary = true,
            MaxConnections = 400,
            ServerSettings = settings.Append(("autovacuum_naptime", "5s")).ToDictionary(StringComparer.Ordinal),
        });
}
