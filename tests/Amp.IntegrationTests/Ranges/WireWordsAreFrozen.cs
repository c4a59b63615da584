using Amp.Shared.Datasets;
using Amp.Shared.Metadata;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>What processes of different versions tell one another through the database. It may be extended, never changed.</summary>
public sealed class WireWordsAreFrozen : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Theory]
    [InlineData("block_ranges", "node_id text", "incarnation uuid", "epoch int8", "lease_expires_at timestamptz", "claimed_at timestamptz", "last_node_id text", "state text", "next_block int8")]
    [InlineData("jobs", "planner_node_id text", "planner_epoch int8", "planner_expires_at timestamptz", "status text", "attempts int4", "retry_at timestamptz")]
    public async Task Fields_of_a_lease(string table, params string[] fields)
    {
        var columns = await _jobs.AskAsync<string[]>(
            $"select array_agg(column_name || ' ' || udt_name) from information_schema.columns where table_name = '{table}'");
        Assert.Superset(new HashSet<string>(fields), new HashSet<string>(columns));
    }

    [Fact]
    public async Task Payloads_of_notifications()
    {
        await using var connection = new NpgsqlConnection(_jobs.ConnectionString);
        await connection.OpenAsync();
        var heard = new List<(string Channel, string Payload)>();
        connection.Notification += (_, e) => heard.Add((e.Channel, e.Payload));
        await using (var listen = new NpgsqlCommand($"listen {NotifyChannels.Jobs}; listen {NotifyChannels.Segments}; listen {NotifyChannels.Datasets}", connection))
            await listen.ExecuteNonQueryAsync();

        // Deployed, planned, a segment registered, released by the sweep, stopped.
        var job = await _jobs.PlanAsync();
        var worker = await _jobs.RegisterAsync("w1");
        await _jobs.RegisterAsync((await _jobs.ClaimAsync(worker))!, 99, done: true);
        await _jobs.ExpireAsync((await _jobs.ClaimAsync(worker))!);
        await _jobs.SweepAsync();
        await using (var other = await _jobs.Source.OpenConnectionAsync())
        {
            await JobStates.MoveAsync(other, job, JobStatus.StopRequested);
            await JobChores.SettleStopAsync(other, job, default);
        }

        var manifest = new RawManifest(RawManifest.EvmRpc, "devnet", 0, false, new Dictionary<string, RawTable>(StringComparer.Ordinal));
        await DatasetRegistration.RegisterAsync(_jobs.Source, "n", "d", version: null, manifest, force: false, default);
        await _jobs.ExecuteAsync("notify amp_jobs, 'last'");
        await Eventually.TrueAsync(
            async () =>
            {
                await using var any = new NpgsqlCommand("select 1", connection);
                await any.ExecuteNonQueryAsync();
                return heard.Any(h => h.Payload == "last");
            },
            "the last notification is heard");
        Assert.All(heard.Where(h => h.Channel == "amp_jobs").SkipLast(1), h => Assert.Equal($"{job}", h.Payload));
        Assert.Equal(6, heard.Count(h => h.Channel == "amp_jobs"));
        Assert.Equal([("amp_segments", "test/d")], heard.Where(h => h.Channel == "amp_segments"));
        Assert.Equal([("amp_datasets", "n/d")], heard.Where(h => h.Channel == "amp_datasets"));
    }
}
