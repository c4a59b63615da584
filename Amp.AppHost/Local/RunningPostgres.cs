using System.Diagnostics;
using Amp.LocalPostgres;

namespace Amp.AppHost.Local;

/// <summary>The private cluster in the state folder, in place of a PostgreSQL container.</summary>
internal sealed class RunningPostgres(PostgresServerResource server, LocalContext context) : RunningResource(server, context)
{
    private static readonly string[] _everyday = ["LOG:", "DETAIL:", "HINT:", "STATEMENT:", "CONTEXT:", "NOTICE:"];

    private PostgresCluster? _cluster;

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff();
        var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterSettings(Path.Combine(Context.StateFolder, "postgres")) { Port = server.Endpoints[0].AllocatedPort, Log = Write }, stopping);
        _cluster = cluster;
        Log.Write(server.Name, $"PostgreSQL of {cluster.BinaryFolder} runs on port {cluster.Port}, data in {cluster.Folder}");
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var database in server.Databases)
                await cluster.EnsureDatabaseAsync(database.DatabaseName, stopping);
            server.Started(cluster.ConnectionString);
            BecameHealthy();
            var exitCode = await cluster.Exited.WaitAsync(stopping);
            var pause = backoff.Next(Stopwatch.GetElapsedTime(started));
            Log.Say($"{server.Name} ended with exit code {exitCode}; starting it again in {pause.TotalSeconds} s");
            await Task.Delay(pause, stopping);
            await cluster.RestartAsync(stopping);
        }
    }

    protected override async Task EndAsync(CancellationToken quick)
    {
        if (_cluster is null)
            return;
        await using var hurry = quick.Register(() => _cluster.Hurry());
        await _cluster.DisposeAsync();
    }

    private void Write(string line) =>
        Log.Write(server.Name, line, show: !Array.Exists(_everyday, word => line.StartsWith(word, StringComparison.Ordinal)));
}
