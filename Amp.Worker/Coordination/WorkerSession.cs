using System.Diagnostics.CodeAnalysis;
using Amp.ServiceDefaults;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Coordination;

/// <summary>
/// The worker's life in the database: holds the node id by a session lock, beats every second on a connection and a thread
/// of its own, and deregisters when the process leaves in good order.
/// </summary>
internal sealed class WorkerSession(
    AmpSettings settings, WorkerIdentity worker, HeldLeases leases, WorkSignal signal, TimeProvider time, ILogger<WorkerSession> logger) : BackgroundService
{
    // The session of a worker that was killed may live on for a moment.
    private static readonly TimeSpan _holdPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _retryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _beatPatience = TimeSpan.FromSeconds(2);

    private readonly ManualResetEventSlim _leaving = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NpgsqlConnection? _connection;
    private Thread? _thread;
    private long _lastBeat;
    private long? _lastTold;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // No lease runs out before there is one: a database that is slow to answer now is waited for as by everyone else.
        _connection = await OpenAsync(timeout: null, cancellationToken);
        var began = time.GetTimestamp();
        while (!await WorkerRegistration.TryHoldAsync(_connection, worker.NodeId, cancellationToken))
        {
            if (time.GetElapsedTime(began) > _holdPatience)
                throw Taken(await WorkerRegistration.FindHolderAsync(_connection, worker.NodeId, cancellationToken));
            await Task.Delay(_retryPause, time, cancellationToken);
        }

        var freed = await WorkerRegistration.RegisterAsync(_connection, worker, cancellationToken);
        WorkerLog.Registered(logger, worker.NodeId, worker.Incarnation, freed);
        _lastBeat = time.GetTimestamp();
        _thread = new Thread(Beat) { Name = "heartbeat", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _leaving.Set();
        if (_thread is null || !_thread.Join(_beatPatience + _beatPatience) || _connection is not { State: System.Data.ConnectionState.Open } connection)
            return;
        try
        {
            // Whatever the work before has left of the time to stop.
            using var patience = new CancellationTokenSource(_beatPatience, time);
            await WorkerRegistration.DeregisterAsync(connection, worker, patience.Token);
            WorkerLog.Deregistered(logger, worker.NodeId);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            WorkerLog.DeregisterFailed(logger, worker.NodeId, e);
        }
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        _leaving.Dispose();
        base.Dispose();
    }

    /// <summary>The fault of the heartbeat, should it end by itself, ends the process and is what the process says at its end.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _ended.Task;

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The thread's last line: the fault stops the host, which tells it.")]
    private void Beat()
    {
        try
        {
            // Without a connection the next try comes soon: the leases run out meanwhile.
            while (!_leaving.Wait(_connection is null ? _retryPause : LeaseTerms.Beat))
                BeatOnce();
            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            WorkerLog.SessionEnded(logger, worker.NodeId, e);
            leases.LoseAll();
            _ended.TrySetException(e);
        }
    }

    private void BeatOnce()
    {
        var began = time.GetTimestamp();
        try
        {
            var isBack = _connection is not { State: System.Data.ConnectionState.Open };
            var connection = isBack ? Reconnect() : _connection;
            if (connection is null)
            {
                CheckSilence();
                return;
            }

            var answer = Heartbeat.Beat(connection, worker, leases.AtWork(), _beatPatience);
            if (!answer.Registered)
                throw Taken(holder: null);
            (_lastBeat, _lastTold) = (began, null);
            foreach (var lost in leases.Confirm(answer.Held, began))
                WorkerLog.LeaseLost(logger, lost.Lease.RangeId, lost.Lease.JobId, lost.Lease.Epoch);
            var overdue = leases.LoseOverdue(Shutdown.GracePeriod);
            foreach (var held in overdue)
                WorkerLog.StopOverdue(logger, held.Lease.RangeId, held.Lease.JobId, Shutdown.GracePeriod);

            // Whoever waits for the database need not wait longer, and what was dropped is given back now.
            if (isBack || overdue.Count > 0)
                signal.Raise();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
        {
            TellFailure(e);
            _connection?.Dispose();
            _connection = null;
            CheckSilence();
        }
    }

    /// <summary>Null while the old session of this process still holds the node id.</summary>
    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The heartbeat owns its thread.")]
    private NpgsqlConnection? Reconnect()
    {
        var connection = OpenAsync(_beatPatience, CancellationToken.None).GetAwaiter().GetResult();
        try
        {
            var holder = WorkerRegistration.FindHolderAsync(connection, worker.NodeId, CancellationToken.None).GetAwaiter().GetResult();
            if (holder is not null && holder.Incarnation != worker.Incarnation)
                throw Taken(holder);
            if (!WorkerRegistration.TryHoldAsync(connection, worker.NodeId, CancellationToken.None).GetAwaiter().GetResult())
            {
                connection.Dispose();
                return null;
            }

            // After a restore of the database the row may be gone; the leases then are too.
            if (holder is null)
                WorkerRegistration.RegisterAsync(connection, worker, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        WorkerLog.Reconnected(logger, worker.NodeId);
        return _connection = connection;
    }

    /// <summary>Tries come several times a second; one line a second tells as much.</summary>
    private void TellFailure(Exception cause)
    {
        if (_lastTold is { } told && time.GetElapsedTime(told) < LeaseTerms.Beat)
            return;
        _lastTold = time.GetTimestamp();
        WorkerLog.BeatFailed(logger, time.GetElapsedTime(_lastBeat), cause);
    }

    private void CheckSilence()
    {
        if (time.GetElapsedTime(_lastBeat) <= LeaseTerms.Expiry)
            return;
        var lost = leases.LoseAll();
        if (lost.Count > 0)
            WorkerLog.LostEverything(logger, time.GetElapsedTime(_lastBeat), lost.Count);
    }

    private async Task<NpgsqlConnection> OpenAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        // Not of the pool: the session lock lives as long as this very connection, and nobody else may use it up.
        var address = new NpgsqlConnectionStringBuilder(settings.MetadataDb.ConnectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 10,
            ApplicationName = "amp-worker-heartbeat",
            TcpKeepAlive = true,
        };
        if (timeout is { } limit)
            address.Timeout = (int)limit.TotalSeconds;
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private AmpException Taken(WorkerHolder? holder)
    {
        var who = holder is null ? "another process" : $"process {holder.Pid} on {holder.Host}, registered at {holder.RegisteredAt:O}";
        return new AmpException(
            ErrorCode.NodeIdTaken, $"{ErrorCode.NodeIdTaken.ToWire()}: the node id '{worker.NodeId}' is held by {who}; give this worker another --node-id");
    }
}
