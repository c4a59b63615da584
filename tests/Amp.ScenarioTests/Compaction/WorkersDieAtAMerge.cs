using Amp.ScenarioTests.Faults;
using Amp.TestKit.Cluster;
using Npgsql;

namespace Amp.ScenarioTests.Compaction;

/// <summary><c>kill -9</c> of a worker at each step of a merge and of a collection: nothing twice, nothing missing, no file left, no row without its file.</summary>
/// <remarks>The kills are made on S3, where the steps of a merge lie further apart; in a folder with the variable AMP_TEST_STORE=folder.</remarks>
public sealed class WorkersDieAtAMerge
{
    private const ulong Last = 2_000;

    [Fact]
    public async Task While_the_merged_files_are_written()
    {
        await using var faulty = await StartAsync(onS3: true);
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where leased_revision_id is not null)", "a merge is announced");
        await KilledAndReplacedAsync(faulty);
    }

    [Fact]
    public async Task Between_the_files_and_their_registration()
    {
        await using var faulty = await StartAsync(onS3: true);
        await using (await StopsAtAsync(faulty, "exists (select 1 from announced_uploads where leased_revision_id is not null)", "%set retired_at = now()%"))
            await faulty.KillAsync("worker-1");
        await ReplacedAsync(faulty);
    }

    [Fact]
    public async Task After_the_registration()
    {
        await using var faulty = await StartAsync(onS3: true);
        await faulty.HoldsAsync("exists (select 1 from segments where merged_at is not null)", "a merge is registered");
        await KilledAndReplacedAsync(faulty);
    }

    [Fact]
    public async Task Between_the_deletion_of_a_parent_and_of_its_row()
    {
        await using var faulty = await StartAsync(onS3: true);
        await using (await StopsAtAsync(faulty, "exists (select 1 from segments where retired_at is not null)", "%delete from segments%"))
            await faulty.KillAsync("worker-1");
        await ReplacedAsync(faulty);
    }

    [Fact]
    public async Task A_worker_that_hangs_for_longer_than_its_lease_registers_nothing_of_its_merge()
    {
        await using var faulty = await StartAsync();
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where leased_revision_id is not null)", "a merge is announced");
        var worker = faulty.Cluster.Workers["worker-1"];
        worker.Pause();
        await faulty.Cluster.StartWorkerAsync("worker-2");
        await faulty.HoldsAsync("not exists (select 1 from revision_leases where node_id = 'worker-1')", "another has the lease, or nobody");
        worker.Resume();
        await faulty.EndsWholeAsync();
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_leave_gives_the_lease_back_at_once()
    {
        await using var faulty = await StartAsync();
        await faulty.HoldsAsync("exists (select 1 from revision_leases where node_id = 'worker-1')", "worker-1 holds a lease");
        await faulty.TerminateAsync("worker-1");
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync("select count(*) from revision_leases where node_id is not null"));
        await ReplacedAsync(faulty);
    }

    private static Task<FaultyCluster> StartAsync(bool onS3 = false)
    {
        var settings = new AmpClusterSettings { Workers = 1, Config = MergingCluster.Config() };
        return FaultyCluster.StartAsync(Last, settings with { OnS3 = settings.OnS3 || (onS3 && Environment.GetEnvironmentVariable("AMP_TEST_STORE") != "folder") });
    }

    private static async Task KilledAndReplacedAsync(FaultyCluster faulty)
    {
        await faulty.KillAsync("worker-1");
        await ReplacedAsync(faulty);
    }

    private static async Task ReplacedAsync(FaultyCluster faulty)
    {
        await faulty.Cluster.StartWorkerAsync("worker-2");
        await faulty.EndsWholeAsync();
    }

    /// <summary>The worker waits at a lock with this statement until what is returned is disposed.</summary>
    private static async Task<IAsyncDisposable> StopsAtAsync(FaultyCluster faulty, string before, string statement)
    {
        var atStep = $"select exists (select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock' and query ilike '{statement}')";
        var connection = await faulty.Cluster.Database.DataSource.OpenConnectionAsync();
        for (var attempt = 0; attempt < 30; attempt++)
        {
            await faulty.HoldsAsync(before, "merges are under way");
            await ExecuteAsync(connection, "begin; lock table segments in share row exclusive mode");
            for (var look = 0; look < 40; look++)
            {
                if ((bool)(await faulty.Cluster.Database.ScalarAsync(atStep))!)
                    return connection;
                await Task.Delay(50);
            }

            // The lock came before the worker had begun, or after it had done: it goes on, and comes to the step again.
            await ExecuteAsync(connection, "rollback");
        }

        await connection.DisposeAsync();
        throw new InvalidOperationException($"The worker never waited with {statement}. {faulty.Cluster.Tails()}");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
