using System.Globalization;
using System.Text.Json.Nodes;
using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>A controller over a database that holds something of everything, and a request of each operation that succeeds.</summary>
internal sealed class SeededController : IAsyncDisposable
{
    private static readonly string[] _alwaysStated = ["status", "dataset"];

    private readonly Dictionary<string, string> _values = (((string Name, string Value)[])
    [
        ("namespace", "n"), ("name", "d"), ("revision", "1.0.0"), ("table_name", "blocks"), ("event_id", "1"), ("limit", "10"), ("active", "true"),
        ("force", "true"), ("last_dataset", "n/c"), ("last_version", "9.0.0"), ("last_node_id", "v"), ("last_provider", "a"), ("status", "terminal"),
        ("dataset", "n/d"), ("table", "blocks"), ("before_block", "100"), ("gc_delay_secs", "60"), ("concurrency", "4"),
    ]).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal)
    {
        ["post_datasets"] = """{"namespace":"n","name":"new","version":"1.0.0","manifest":{"kind":"evm-rpc","network":"testnet","start_block":5}}""",
        ["post_datasets_namespace_name_versions_revision_deploy"] = """{"end_block":199,"parallelism":4,"worker_id":null,"verify":false}""",
        ["post_manifests"] = """{"kind":"evm-rpc","network":"testnet","start_block":6,"finalized_blocks_only":false,"tables":{}}""",
        ["post_providers"] = """{"name":"mine","kind":"evm-rpc","network":"x","url":"http://127.0.0.1:1"}""",
        ["post_revisions"] = """{"table_name":"blocks","dataset":"n/d@1.0.0","path":"n/d/blocks/new"}""",
        ["post_revisions_deactivate"] = """{"table_name":"blocks","dataset":"n/e"}""",
        ["post_revisions_id_activate"] = """{"table_name":"blocks","dataset":"n/e"}""",
        ["post_schema"] = """{"tables":{"t":"SELECT block_num, hash, count(*) AS n FROM x.blocks GROUP BY ALL"},"dependencies":{"x":"n/d@1.0.0"},"functions":{}}""",
    };

    private SeededController(RunningController controller) => Controller = controller;

    public RunningController Controller { get; }

    /// <param name="database">One to share; null = a fresh one.</param>
    public static async Task<SeededController> StartAsync(TestDatabase? database = null)
    {
        var seeded = new SeededController(await RunningController.StartAsync(database: database));
        await seeded.SeedAsync();
        return seeded;
    }

    /// <summary>A value of a parameter that is right.</summary>
    public string Value(ApiOperation operation, string parameter) =>
        _values.GetValueOrDefault($"{operation.Id} {parameter}") ?? _values.GetValueOrDefault($"{operation.Path.Split('/')[1]} {parameter}") ?? _values[parameter];

    /// <summary>An id that the seeding has given out.</summary>
    public string Known(string name) => _values[name];

    /// <summary>A body that is right; null where none is taken.</summary>
    public string? Body(ApiOperation operation) => operation.Body is null ? null : _bodies[operation.Id];

    /// <summary>The address of an operation with everything right but what is given.</summary>
    /// <param name="query">Optional parameters that are stated.</param>
    public string Address(ApiOperation operation, IReadOnlyDictionary<string, string>? other = null, IEnumerable<string>? query = null)
    {
        string Escaped(string name) => Uri.EscapeDataString(other?.GetValueOrDefault(name) ?? Value(operation, name));
        var path = operation.NamesIn("path").Aggregate(operation.Path, (p, name) => p.Replace($"{{{name}}}", Escaped(name), StringComparison.Ordinal));
        var stated = operation.NamesIn("query").Where(name => _alwaysStated.Contains(name) || other?.ContainsKey(name) == true || query?.Contains(name) == true);
        return $"{path}?{string.Join('&', stated.Select(name => $"{name}={Escaped(name)}"))}".TrimEnd('?');
    }

    public async Task RunAsync(string sql)
    {
        await using var command = Controller.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<long> AskAsync(string sql) => Convert.ToInt64(await Controller.Database.ScalarAsync(sql), CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Controller.DisposeAsync();

    private async Task SeedAsync()
    {
        var hash = await Controller.RegisterAsync("n", "d", "1.0.0", startBlock: 100);
        await Controller.RegisterAsync("n", "d", "1.1.0", startBlock: 100);
        foreach (var name in (string[])["e", "f", "g"])
            await Controller.RegisterAsync("n", name, "1.0.0", startBlock: 101);
        await Controller.RegisterAsync("n", "unserved", "1.0.0", network: "nowhere");
        await Controller.RegisterAsync("n", "badly_served", "1.0.0", network: "badly");
        await File.WriteAllTextAsync(Path.Combine(Controller.ProvidersDir, "bad.toml"), "kind = \"evm-rpc\"\nnetwork = \"badly\"\n");
        Assert.Equal(201, (await Controller.PostAsync("/datasets", """{"namespace":"n","name":"derived","version":"1.0.0","manifest":{"kind":"manifest"}}""")).Status);
        var job = await Controller.DeployAsync("n/d/versions/1.0.0", _bodies["post_datasets_namespace_name_versions_revision_deploy"]);
        var ended = await Controller.DeployAsync("n/f/versions/1.0.0");
        var other = (await Controller.PostAsync("/revisions", """{"table_name":"blocks","dataset":"n/e","path":"n/e/blocks/r1"}""")).Json["location_id"]!.GetValue<long>();
        var unlinked = (await Controller.PostAsync("/manifests", RunningController.Manifest(777).ToJsonString())).Json["hash"]!.GetValue<string>();
        await RunAsync($$"""
            update jobs set status = 'RUNNING', planned_at = now() where id = {{job}};
            update jobs set status = 'STOPPED' where id = {{ended}};
            insert into workers (node_id, incarnation, host, pid, version, build, slots) values ('w1', gen_random_uuid(), 'host', 7, '0.1.0',
                '{"commit_sha":"abc","commit_timestamp":"2026-01-02T03:04:05Z","build_date":"2026-01-02T03:04:05Z"}', 2);
            insert into block_ranges (job_id, start_block, end_block, state, next_block, node_id, incarnation, epoch, lease_expires_at)
                values ({{job}}, 120, 149, 'LEASED', 120, 'w1', gen_random_uuid(), 3, now() + interval '1 hour');
            insert into job_events (job_id, node_id, event_type, detail) values ({{job}}, 'w1', 'RUNNING', '{"a":1}');
            insert into revisions (namespace, name, manifest_hash, table_name, path, active, writer_job_id)
                values ('n', 'd', '{{hash}}', 'blocks', 'n/d/blocks/r1', true, {{job}});
            insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count)
                select id, '1.parquet', 1000, 'testnet', 100, 109, decode(repeat('02', 32), 'hex'), decode(repeat('01', 32), 'hex'), 1700000000, 5
                from revisions where path = 'n/d/blocks/r1';
            """);
        var verification = (await Controller.PostAsync("/datasets/n/e/versions/1.0.0/verify", "")).Json["verification_id"]!;
        var location = await AskAsync("select id from revisions where path = 'n/d/blocks/r1'");
        foreach (var (name, value) in new (string, object)[]
        {
            ("hash", hash), ("last_hash", new string('0', 64)), ("delete_manifests_hash hash", unlinked), ("jobs id", job), ("delete_jobs_id id", ended), ("workers id", "w1"),
            ("revisions id", other), ("verifications id", verification), ("providers name", "testnet"), ("delete_datasets_namespace_name name", "g"),
            ("event_id", await AskAsync($"select max(id) from job_events where job_id = {job}")), ("file_id", await AskAsync("select max(id) from segments")),
            ("location", location), ("last_job_id", 1000), ("last_event_id", 1), ("last_file_id", 1000), ("last_location_id", 1), ("last_audit_id", 1000), ("last_revision_id", 1),
        })
        {
            _values[name] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }

        _bodies["post_datasets_namespace_name_versions_revision_tables_table_name_restore"] = new JsonObject { ["location_id"] = location }.ToJsonString();
    }
}
