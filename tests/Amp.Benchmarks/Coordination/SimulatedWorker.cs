using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Metadata;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Amp.Worker.Coordination;
using Npgsql;

namespace Amp.Benchmarks.Coordination;

/// <summary>
/// All that a worker says to PostgreSQL, by the statements that a worker uses and as often, without the blocks: it beats, listens, sweeps,
/// claims, holds a range for as long as one takes, and registers its segments. Each kind of it on connections of its own, so that the server's
/// processes tell what it costs.
/// </summary>
internal sealed class SimulatedWorker(string connectionString, string nodeId, int slots, TimeSpan work)
{
    /// <summary>The kinds of what is said, as the connections are named in pg_stat_activity.</summary>
    public const string Beats = "amp-beats", Claims = "amp-claims", Chores = "amp-chores", Registrations = "amp-registrations";

    private const ulong RangeBlocks = 1_000;

    private readonly WorkerIdentity _worker = WorkerIdentity.OfThisProcess(nodeId, slots);
    private readonly ConcurrentDictionary<long, RangeLease> _held = [];
    private readonly ConcurrentDictionary<long, ulong> _neighbours = [];
    private readonly WorkSignal _signal = new();
    private int _claimed;

    public int Claimed => _claimed;

    public int Held => _held.Count;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var beats = Open(Beats, connections: 1);
        await using var claims = Open(Claims, connections: 1);
        await using var chores = Open(Chores, connections: 2);
        await using var registrations = Open(Registrations, connections: 2 * slots);
        await (await registrations.OpenConnectionAsync(cancellationToken)).DisposeAsync();
        await using var session = await beats.OpenConnectionAsync(cancellationToken);
        await WorkerRegistration.TryHoldAsync(session, nodeId, cancellationToken);
        await WorkerRegistration.RegisterAsync(session, _worker, cancellationToken);
        List<Task> running = [Task.Run(() => BeatAsync(session, cancellationToken), CancellationToken.None), ListenAsync(chores, cancellationToken)];
        try
        {
            for (var look = 0; ; look++)
            {
                if (running.Find(t => t.IsFaulted) is { } failed)
                    await failed;
                running.RemoveAll(t => t.IsCompleted);
                await SweepAsync(chores, look, cancellationToken);
                await JobPlanning.TryTakeAsync(chores, _worker, cancellationToken);
                while (true)
                {
                    var following = _held.Values.Count(l => l.IsHead);
                    var wish = new ClaimWish(_held.Count - following < slots, following < ClaimChoice.MostHeads, _ => RangeBlocks, _neighbours);
                    if ((!wish.Ordinary && !wish.Head) || await RangeClaims.TryClaimAsync(claims, _worker, wish, cancellationToken) is not { } lease)
                        break;
                    _held[lease.RangeId] = lease;
                    Interlocked.Increment(ref _claimed);
                    if (!lease.IsHead)
                        running.Add(ExtractAsync(registrations, lease, cancellationToken));
                }

                await _signal.WaitAsync(LeaseTerms.Beat, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            foreach (var task in running)
                await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private NpgsqlDataSource Open(string kind, int connections) => MetadataServices.CreateDataSource(
        new MetadataDbSettings(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = kind }.ConnectionString,
            PoolSize: connections, MinConnections: 0, MaxLifetimeSecs: 0, IdleTimeoutSecs: 3_600, AutoMigrate: false),
        "worker");

    private async Task BeatAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LeaseTerms.Beat);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            Heartbeat.Beat(session, _worker, new LeasesAtWork([.. _held.Values.Select(l => (l.RangeId, l.Epoch))], []), LeaseTerms.Expiry);
    }

    private async Task ListenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => _signal.Raise();
        await using (var command = new NpgsqlCommand($"listen {NotifyChannels.Jobs}", connection))
            await command.ExecuteNonQueryAsync(cancellationToken);
        while (true)
            await connection.WaitAsync(cancellationToken);
    }

    private async Task SweepAsync(NpgsqlDataSource database, int look, CancellationToken cancellationToken)
    {
        var first = await WorkerReading.IsFirstAsync(database, _worker, cancellationToken);
        if (first || look % 3 == 0)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await LeaseSweep.ReleaseExpiredAsync(connection, cancellationToken);
            await JobChores.RetryDueAsync(connection, cancellationToken);
            await JobChores.SettleStopsAsync(connection, cancellationToken);
        }

        if (look % (first ? 5 : 60) == 0)
            await JobPlanning.FindSettleableAsync(database, cancellationToken);
    }

    private async Task ExtractAsync(NpgsqlDataSource database, RangeLease lease, CancellationToken cancellationToken)
    {
        // Ranges end at different times, as they do; all at once they would only measure how connections are opened.
        await Task.Delay(work * (0.5 + Random.Shared.NextDouble()), cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var job = await JobReading.FindAsync(database, lease.JobId, cancellationToken) ?? throw new InvalidOperationException($"job {lease.JobId} is gone");
        var revisions = await Revisions.ActiveAsync(connection, job.Namespace, job.Name, job.ManifestHash, cancellationToken);
        var files = revisions.Select(r => new NewSegment(
            r.Id, SegmentFileName.New(lease.NextBlock), 1, job.Network, lease.NextBlock, lease.EndBlock!.Value,
            new Hash32(RandomNumberGenerator.GetBytes(32)), new Hash32(RandomNumberGenerator.GetBytes(32)), 1, 1,
            TimeProvider.System.GetUtcNow())).ToList();
        await RangeWrites.AnnounceAsync(database, lease, [.. files.Select(f => (f.RevisionId, f.FileName))], cancellationToken);
        await RangeWrites.RegisterAsync(database, lease, $"{job.Namespace}/{job.Name}", files, lease.EndBlock!.Value + 1, done: true, tip: null, again: false, cancellationToken);
        await JobPlanning.SettleAsync(database, lease.JobId, cancellationToken);
        _held.TryRemove(lease.RangeId, out _);
        _neighbours[lease.JobId] = lease.EndBlock!.Value + 1;
        _signal.Raise();
    }
}
