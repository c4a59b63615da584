using System.Globalization;
using Amp.Shared.Faults;
using Amp.Shared.Metadata;
using Amp.Shared.Options;
using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using Npgsql;

namespace Amp.Migrator;

/// <summary>Brings a database to the schema of this version, one migrator at a time.</summary>
public static class MigrationRunner
{
    /// <summary>Held while scripts run; any number will do that nobody else uses in this database.</summary>
    public const long AdvisoryLock = 0x616d702d6d696772;

    /// <summary>Runs what is missing; the names of the scripts that were run, none when there was nothing to do.</summary>
    public static Task<IReadOnlyList<string>> RunAsync(MetadataDbSettings settings, CancellationToken cancellationToken) =>
        RunAsync(settings, SchemaScripts.All, cancellationToken);

    /// <summary>Refuses a database that this version does not fit, or brings it up to date when auto_migrate says so.</summary>
    public static async Task EnsureAsync(MetadataDbSettings settings, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(settings, SchemaScripts.All, cancellationToken);
        RefuseNewer(settings, version);
        if (version.Missing.Count == 0)
            return;
        if (!settings.AutoMigrate)
        {
            throw new AmpException(ErrorCode.DatabaseOlder, string.Create(CultureInfo.InvariantCulture,
                $"the database {settings} is older than this program: {Names(version.Missing)} not run, and {ConfigKeys.AutoMigrate.Name} is false; run 'ampd migrate'"));
        }

        await RunAsync(settings, cancellationToken);
    }

    internal static async Task<IReadOnlyList<string>> RunAsync(MetadataDbSettings settings, IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(settings, "migrator", cancellationToken);
        try
        {
            await LockAsync(connection, cancellationToken);
            var version = await ReadVersionAsync(connection, scripts, cancellationToken);
            RefuseNewer(settings, version);
            if (version.Missing.Count == 0)
                return [];
            // A thread of its own: dbup works synchronously, and a long script would hold one of the pool's.
            return await Task.Factory.StartNew(() => Upgrade(settings, connection.ConnectionString, scripts), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (NpgsqlException e)
        {
            throw DatabaseConnection.Explain(settings, e);
        }
    }

    private static string[] Upgrade(MetadataDbSettings settings, string connectionString, IReadOnlyList<SqlScript> scripts)
    {
        var result = DeployChanges.To.PostgresqlDatabase(connectionString)
            .WithScripts(scripts)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .WithExecutionTimeout(TimeSpan.FromHours(1))
            .JournalToPostgresqlTable("public", SchemaVersion.JournalTable)
            .LogTo(new NoUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new AmpException(ErrorCode.InternalError, $"the migration {result.ErrorScript?.Name ?? "of the journal"} of the database {settings} failed and was rolled back", result.Error);
        return [.. result.Scripts.Select(script => script.Name)];
    }

    // The lock belongs to the session: it goes with the connection, also when this process dies.
    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_lock($1)", connection) { CommandTimeout = 0, Parameters = { new() { Value = AdvisoryLock } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<SchemaVersion> ReadVersionAsync(MetadataDbSettings settings, IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(settings, "schema-check", cancellationToken);
        try
        {
            return await ReadVersionAsync(connection, scripts, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw DatabaseConnection.Explain(settings, e);
        }
    }

    private static async Task<SchemaVersion> ReadVersionAsync(NpgsqlConnection connection, IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        await using (var exists = new NpgsqlCommand($"select to_regclass('public.{SchemaVersion.JournalTable}') is not null", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
                return SchemaVersion.Compare(scripts.Select(s => s.Name), applied);
        }

        await using var command = new NpgsqlCommand($"select scriptname from public.{SchemaVersion.JournalTable}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetString(0));
        return SchemaVersion.Compare(scripts.Select(s => s.Name), applied);
    }

    private static void RefuseNewer(MetadataDbSettings settings, SchemaVersion version)
    {
        if (version.Unknown.Count > 0)
        {
            throw new AmpException(ErrorCode.DatabaseNewer,
                $"the database {settings} is newer than this program: it has {Names(version.Unknown)}, which this program, whose last migration is {SchemaScripts.All[^1].Name}, does not know; "
                + "run a newer version of the program");
        }
    }

    private static string Names(IReadOnlyList<string> names) => names.Count <= 3 ? string.Join(", ", names) : $"{names[0]} and {names.Count - 1} more";

    private sealed class NoUpgradeLog : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args)
        {
        }

        public void LogDebug(string format, params object[] args)
        {
        }

        public void LogInformation(string format, params object[] args)
        {
        }

        public void LogWarning(string format, params object[] args)
        {
        }

        public void LogError(string format, params object[] args)
        {
        }

        public void LogError(Exception ex, string format, params object[] args)
        {
        }
    }
}
