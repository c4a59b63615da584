using System.Net;
using System.Net.NetworkInformation;
using Amp.LocalPostgres;
using Amp.LocalPostgres.Processes;
using Npgsql;

namespace Amp.IntegrationTests.LocalPostgres;

public sealed class PostgresClusterTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"amp-cluster-{Guid.NewGuid():N}");

    [Fact]
    public async Task A_second_run_continues_with_the_same_data()
    {
        await using (var first = await StartAsync())
        {
            await first.EnsureDatabaseAsync("amp");
            await first.EnsureDatabaseAsync("amp");
            await RunAsync(first, "create table t (n int); insert into t values (7)");
        }

        await using var second = await StartAsync();
        Assert.Equal(7, await RunAsync(second, "select n from t"));
        Assert.Equal("200", await RunAsync(second, "show max_connections"));
        Assert.Equal("UTF8", await RunAsync(second, "show server_encoding"));
    }

    [Fact]
    public async Task A_killed_server_is_restarted_on_its_port_with_what_was_committed()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterSettings(_folder));
        await cluster.EnsureDatabaseAsync("amp");
        await RunAsync(cluster, "create table t (n int); insert into t values (7)");
        var port = cluster.Port;

        await cluster.KillAsync();
        await cluster.RestartAsync();

        Assert.Equal(port, cluster.Port);
        Assert.Equal(7, await RunAsync(cluster, "select n from t"));
    }

    [Fact]
    public async Task A_pid_file_that_names_a_foreign_process_is_not_in_the_way()
    {
        string pidFile;
        await using (var first = await StartAsync())
            pidFile = Path.Combine(first.Folder, "data", "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId}\n");

        await using var second = await StartAsync();
        Assert.True(Posix.IsAlive(second.ProcessId));
    }

    [Fact]
    public async Task Only_the_loopback_address_listens_and_a_password_is_asked_for()
    {
        await using var cluster = await StartAsync();
        await cluster.EnsureDatabaseAsync("amp");
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == cluster.Port);
        Assert.Equal([IPAddress.Loopback], listeners.Select(l => l.Address));

        var wrong = new NpgsqlConnectionStringBuilder(cluster.ConnectionString("amp")) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Two_owners_of_one_folder_are_one_too_many()
    {
        await using var first = await StartAsync();
        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(StartAsync);
        Assert.Contains("another running program owns the PostgreSQL cluster", refused.Message);
    }

    [Fact]
    public async Task After_a_stop_no_process_and_no_port_is_left()
    {
        var cluster = await StartAsync();
        var (processId, port) = (cluster.ProcessId, cluster.Port);
        await cluster.DisposeAsync();
        Assert.False(Posix.IsAlive(processId));
        Assert.DoesNotContain(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), l => l.Port == port);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var first = await StartAsync();
        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresCluster.StartAsync(new PostgresClusterSettings(_folder + "-other") { Port = first.Port, Durable = false }));
        Assert.Contains($"port {first.Port}", refused.Message);
        Assert.Contains("Address already in use", refused.Message);
    }

    public void Dispose()
    {
        foreach (var folder in (string[])[_folder, _folder + "-other"])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private Task<PostgresCluster> StartAsync() => PostgresCluster.StartAsync(new PostgresClusterSettings(_folder) { Durable = false });

    private static async Task<object?> RunAsync(PostgresCluster cluster, string sql)
    {
        var text = new NpgsqlConnectionStringBuilder(cluster.ConnectionString("amp")) { Pooling = false };
        await using var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
