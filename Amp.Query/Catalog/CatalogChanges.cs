using System.Collections.Concurrent;
using Amp.Shared.Metadata;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Query.Catalog;

/// <summary>
/// Listens for registrations. While it listens, what was read before a change is known to be old within milliseconds of the change's commit;
/// while it cannot listen, nothing that was read before is trusted.
/// </summary>
internal sealed partial class CatalogChanges(NpgsqlDataSource database, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Datasets whose changes are counted one by one.</summary>
    private const int MostDatasets = 10_000;

    private readonly ConcurrentDictionary<string, long> _changes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _starting = new();
    private long _everything;
    private volatile bool _listening;
    private Task? _loop;

    /// <summary>Whether changes are heard at this moment.</summary>
    public bool IsListening => _listening;

    /// <summary>A number that grows when the dataset may have changed. Read it before reading the dataset.</summary>
    public long Of(string dataset) => Interlocked.Read(ref _everything) + _changes.GetValueOrDefault(dataset);

    /// <summary>Begins to listen; a second call does nothing.</summary>
    public void Start()
    {
        lock (_starting)
            _loop ??= Task.Run(() => ListenAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
            await _loop;
        _stop.Dispose();
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                LogLost(log, e);
            }
            finally
            {
                _listening = false;
            }

            await Task.Delay(_retryAfter, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenOnceAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, e) => Note(e.Payload);
        await using (var command = new NpgsqlCommand($"listen {NotifyChannels.Segments}; listen {NotifyChannels.Datasets}", connection))
            await command.ExecuteNonQueryAsync(ct);

        // What changed while nobody listened is unknown.
        Interlocked.Increment(ref _everything);
        _listening = true;
        while (true)
            await connection.WaitAsync(ct);
    }

    private void Note(string payload)
    {
        if (!payload.Contains('/', StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _everything);
            return;
        }

        if (_changes.Count >= MostDatasets && !_changes.ContainsKey(payload))
        {
            // More than was ever counted, so that no number comes twice.
            Interlocked.Add(ref _everything, 1L << 40);
            _changes.Clear();
        }

        _changes.AddOrUpdate(payload, 1, static (_, n) => n + 1);
    }

    [LoggerMessage(5001, LogLevel.Warning, "Changes of the catalogue are not heard; every query asks the database until they are")]
    private static partial void LogLost(ILogger log, Exception fault);
}
