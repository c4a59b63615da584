using System.Text.Json;
using Amp.TestKit.Cluster;
using Npgsql;

namespace Amp.ScenarioTests.Faults;

/// <summary><c>kill -9</c> of the controller in the midst of a verification: the next one begins it anew, and its report stands.</summary>
public sealed class ControllersDieAtAVerification
{
    [Fact]
    public async Task And_another_controller_ends_it()
    {
        await using var faulty = await FaultyCluster.StartAsync(1_000, new AmpClusterSettings { Workers = 1 });
        await faulty.CompletesAsync();
        var database = faulty.Cluster.Database;
        await using (var connection = await database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The walk stands still where it reads what is registered.
            await using (var command = new NpgsqlCommand("lock table segments in access exclusive mode", connection, transaction))
                await command.ExecuteNonQueryAsync();
            await faulty.Cluster.SendAsync(HttpMethod.Post, $"/datasets/{FaultyCluster.Dataset.Replace("@", "/versions/", StringComparison.Ordinal)}/verify");
            await faulty.HoldsAsync("exists (select 1 from verifications where status = 'RUNNING')", "a controller is at it");
            await faulty.HoldsAsync(
                "exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%from segments%')", "it reads the segments");
            await faulty.Cluster.Controllers[0].Process.KillAsync();
        }

        await faulty.Cluster.StartControllerAsync();
        await faulty.HoldsAsync("(select status = 'COMPLETED' and attempts = 2 from verifications)", "the next controller has ended it", TimeSpan.FromMinutes(1));
        var report = JsonElement.Parse((string)(await database.ScalarAsync("select report::text from verifications"))!);
        Assert.True(report.GetProperty("whole").GetBoolean(), report.ToString());
        Assert.Equal(await database.ScalarAsync("select count(*) from segments"), await database.ScalarAsync("select checked_count from verifications"));
    }
}
