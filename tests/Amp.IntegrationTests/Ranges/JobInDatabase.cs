using Amp.LocalPostgres;
using Amp.Shared.Chain;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>Jobs and workers as rows, without a node: what claims, fences and plans are about.</summary>
internal sealed class JobInDatabase : IAsyncDisposable
{
    public static readonly string[] Tables = ["blocks", "transactions", "logs"];

    private readonly TestDatabase _database;
    private int _datasets;

    private JobInDatabase(TestDatabase database) => _database = database;

    public NpgsqlDataSource Source => _database.DataSource;

    public string ConnectionString => _database.ConnectionString;

    public static async Task<JobInDatabase> CreateAsync()
    {
        var jobs = new JobInDatabase(await TestDatabase.CreateAsync());
        await jobs.LeasesExpireAsync();
        return jobs;
    }

    /// <summary>In a server of the test's own.</summary>
    public static async Task<JobInDatabase> CreateAsync(PostgresCluster postgres)
    {
        var jobs = new JobInDatabase(await TestDatabase.CreateAsync(postgres));
        await jobs.LeasesExpireAsync();
        return jobs;
    }

    /// <summary>A planned job over its own dataset; end null = continuous with the tip at 999.</summary>
    public async Task<long> PlanAsync(ulong? end = 999, int parallelism = 4, string? workers = null)
    {
        var job = await DeployAsync(end, parallelism, workers);
        var planner = Worker(workers?.TrimEnd('*') ?? "planner");
        await RegisterAsync(planner);
        var lease = await JobPlanning.TryTakeAsync(Source, planner, default);
        Assert.Equal(job, lease!.Job.Id);
        Assert.True(await JobPlanning.ApplyAsync(Source, lease, Tables, tip: end ?? 999, end, default));

        // It has room, and the others would leave the ranges to it.
        await DeregisterAsync(planner);
        return job;
    }

    public async Task<long> DeployAsync(ulong? end = 999, int parallelism = 4, string? workers = null)
    {
        var (name, hash) = ($"d{++_datasets}", new string('a', 64));
        await _database.ScalarAsync(
            $"""
            insert into manifests (hash, kind, content) values ('{hash}', 'evm-rpc', '') on conflict do nothing;
            with made as (insert into datasets (namespace, name) values ('test', '{name}') returning id)
            insert into dataset_manifests (dataset_id, manifest_hash) select id, '{hash}' from made
            """);
        EndBlock wanted = end is { } block ? new EndBlock.Number(block) : EndBlock.Continuous;
        var result = await JobDeploySql.DeployAsync(
            Source,
            new JobDeployment("test", name, hash, "evm-rpc", "devnet", 0, new JobDescriptor(wanted, parallelism, workers, Verify: false)),
            default);
        return result.JobId;
    }

    public static WorkerIdentity Worker(string nodeId) => WorkerIdentity.OfThisProcess(nodeId, slots: 2);

    public async Task<WorkerIdentity> RegisterAsync(WorkerIdentity worker)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await WorkerRegistration.RegisterAsync(connection, worker, default);
        return worker;
    }

    public Task<WorkerIdentity> RegisterAsync(string nodeId) => RegisterAsync(Worker(nodeId));

    public async Task DeregisterAsync(WorkerIdentity worker)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await WorkerRegistration.DeregisterAsync(connection, worker, default);
    }

    public Task<RangeLease?> ClaimAsync(WorkerIdentity worker, ulong size = 100, bool head = true, bool ordinary = true, Dictionary<long, ulong>? neighbours = null) =>
        RangeClaims.TryClaimAsync(Source, worker, new ClaimWish(ordinary, head, _ => size, neighbours ?? []), default);

    /// <summary>One segment a table for blocks of a chain whose hashes follow from their numbers.</summary>
    public async Task<IReadOnlyList<NewSegment>> SegmentsAsync(long job, ulong start, ulong end, byte fork = 0, byte parentFork = 0)
    {
        var facts = (await JobReading.FindAsync(Source, job, default))!;
        await using var connection = await Source.OpenConnectionAsync();
        var revisions = await Revisions.ActiveAsync(connection, facts.Namespace, facts.Name, facts.ManifestHash, default);
        return [.. revisions.Select(r => new NewSegment(
            r.Id, Amp.Shared.Lake.SegmentFileName.New(start), 10, facts.Network, start, end, Hash(end, fork), start == 0 ? Hash32.Zero : Hash(start - 1, parentFork), end, 1,
            TimeProvider.System.GetUtcNow()))];
    }

    /// <summary>Puts the row of a segment there, as a transaction of its own does.</summary>
    public async Task InsertAsync(NpgsqlConnection connection, NewSegment segment)
    {
        await using var command = new NpgsqlCommand(
            "insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, row_count) values ($1, $2, $3, $4, $5, $6, $7, $8, 1)", connection);
        object[] values = [segment.RevisionId, segment.FileName, segment.ObjectSize, segment.Network, (long)segment.Start, (long)segment.End, segment.Hash.ToArray(), segment.PrevHash.ToArray()];
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Some statement waits for what another transaction holds.</summary>
    public Task SomeoneWaitsAsync() => Eventually.TrueAsync(
        async () => await AskAsync<bool>("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"), "a statement waits for a lock");

    public async Task RegisterAsync(RangeLease lease, ulong end, bool done)
    {
        var segments = await SegmentsAsync(lease.JobId, lease.NextBlock, end);
        await RangeWrites.AnnounceAsync(Source, lease, [.. segments.Select(s => (s.RevisionId, s.FileName))], default);
        await RangeWrites.RegisterAsync(Source, lease, "test/d", segments, end + 1, done, tip: null, again: false, default);
    }

    /// <summary>A beat of a worker that works on the given leases.</summary>
    public async Task<BeatAnswer> BeatAsync(WorkerIdentity worker, IEnumerable<RangeLease>? ranges = null, IEnumerable<PlannerLease>? plans = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        var work = new LeasesAtWork([.. (ranges ?? []).Select(r => (r.RangeId, r.Epoch))], [.. (plans ?? []).Select(p => (p.Job.Id, p.Epoch))]);
        return Heartbeat.Beat(connection, worker, work, TimeSpan.FromSeconds(2));
    }

    public async Task<IReadOnlyList<ExpiredLease>> SweepAsync()
    {
        await using var connection = await Source.OpenConnectionAsync();
        return await LeaseSweep.ReleaseExpiredAsync(connection, default);
    }

    /// <summary>As if the node had not beaten for as long as a lease lives.</summary>
    public Task ExpireAsync(RangeLease lease) => ExecuteAsync($"update block_ranges set lease_expires_at = now() where id = {lease.RangeId}");

    /// <summary>The server was restarted: connections of before fail at their first use.</summary>
    public Task ReconnectsAsync() => Eventually.TrueAsync(() => AskAsync<bool>("select true"), "the server answers");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> AskAsync<T>(string sql) => (T)(await _database.ScalarAsync(sql))!;

    public async Task<JobStatus> StatusAsync(long job) => (await JobReading.FindAsync(Source, job, default))!.Status;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>The first tests of a run come to a server that has just started, where no lease expires yet.</summary>
    private Task LeasesExpireAsync() => Eventually.TrueAsync(() => AskAsync<bool>($"select not {LeaseTerms.JustStartedSql}"), "leases expire");

    private static Hash32 Hash(ulong number, byte fork)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, number);
        bytes[^1] = (byte)(fork + 1);
        return new Hash32(bytes);
    }
}
