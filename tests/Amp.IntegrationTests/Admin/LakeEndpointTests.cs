using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin;

/// <summary>What the Admin API tells of workers, locations, files and progress, over rows as workers write them.</summary>
public sealed class LakeEndpointTests : IAsyncLifetime
{
    private RunningController _controller = null!;
    private string _hash = null!;
    private long _job;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        _hash = await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0", startBlock: 100);
        _job = await _controller.DeployAsync("my_namespace/eth_mainnet/versions/1.0.0", """{"end_block":199}""");
        await RunAsync($$"""
            update jobs set status = 'RUNNING', planned_at = now(), deployed_at = now() - interval '10 seconds' where id = {{_job}};
            insert into workers (node_id, incarnation, host, pid, version, build, slots) values
                ('w1', gen_random_uuid(), 'host-1', 7, '0.1.0', '{"commit_sha":"abc"}', 2);
            insert into workers (node_id, incarnation, host, pid, version, slots, heartbeat_at) values
                ('w2', gen_random_uuid(), 'host-2', 8, '0.1.0', 2, now() - interval '6 seconds');
            insert into workers (node_id, incarnation, host, pid, version, slots, deregistered_at) values
                ('w3', gen_random_uuid(), 'host-3', 9, '0.1.0', 2, now());
            insert into revisions (namespace, name, manifest_hash, table_name, path, active, writer_job_id)
                select 'my_namespace', 'eth_mainnet', '{{_hash}}', t, 'my_namespace/eth_mainnet/' || t || '/r1', true, {{_job}}
                from unnest(array['blocks', 'transactions', 'logs']) t;
            insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count)
                select r.id, lpad(s::text, 9, '0') || '-00.parquet', 1000, 'testnet', s, s + 9,
                    decode(lpad(to_hex(s + 10), 64, '0'), 'hex'), decode(lpad(to_hex(s), 64, '0'), 'hex'), 1700000000 + s, 5
                from revisions r, unnest(array[100, 110, 130]) s order by s, r.id;
            insert into block_ranges (job_id, start_block, end_block, state, next_block) values ({{_job}}, 100, 119, 'DONE', 120), ({{_job}}, 150, 199, 'WAITING', 150);
            insert into block_ranges (job_id, start_block, end_block, state, next_block, node_id, incarnation, epoch, lease_expires_at)
                values ({{_job}}, 120, 149, 'LEASED', 120, 'w1', gen_random_uuid(), 3, now() + interval '1 hour');
            """);
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task Progress_is_computed_from_the_registered_segments()
    {
        var json = (await _controller.GetAsync($"/jobs/{_job}/progress")).Json;
        Assert.Equal("RUNNING", json["job_status"]!.GetValue<string>());
        Assert.Equal(["blocks", "logs", "transactions"], json["tables"]!.AsObject().Select(t => t.Key));

        // Blocks 130 to 139 are registered but not yet linked: the canonical chain ends before the gap.
        var logs = json["tables"]!["logs"]!;
        Assert.StartsWith("""{"current_block":119,"start_block":100,"files_count":3,"total_size_bytes":3000,"blocks_done":30,""", logs.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(json["blocks_per_second"]!.GetValue<double>(), logs["blocks_per_second"]!.GetValue<double>());
        Assert.Equal(json["eta_seconds"]!.GetValue<double>(), logs["eta_seconds"]!.GetValue<double>());
        Assert.Equal(100, json["start_block"]!.GetValue<int>());
        Assert.Equal(199, json["target_block"]!.GetValue<int>());
        Assert.Equal(30, json["blocks_done"]!.GetValue<int>());
        var speed = json["blocks_per_second"]!.GetValue<double>();
        Assert.InRange(speed, 0.5, 3.0);
        Assert.InRange(json["eta_seconds"]!.GetValue<double>(), (70 / speed) - 0.2, (70 / speed) + 0.2);
        Assert.False(json.AsObject().ContainsKey("detail"));
        Assert.Equal(
            """[{"start":100,"end":119,"node_id":null,"epoch":0,"state":"DONE","next_block":120},{"start":120,"end":149,"node_id":"w1","epoch":3,"state":"LEASED","next_block":120},{"start":150,"end":199,"node_id":null,"epoch":0,"state":"WAITING","next_block":150}]""",
            json["ranges"]!.ToJsonString());
        (await _controller.GetAsync("/jobs/999/progress")).IsError(404, "JOB_NOT_FOUND");
    }

    [Fact]
    public async Task Workers_are_listed_with_whether_they_live()
    {
        var workers = (await _controller.GetAsync("/workers")).Json["workers"]!.AsArray();
        Assert.Equal(["w1", "w2", "w3"], workers.Select(w => w!["node_id"]!.GetValue<string>()));
        Assert.Equal([true, false, false], workers.Select(w => w!["alive"]!.GetValue<bool>()));
        Assert.Equal([1, 0, 0], workers.Select(w => w!["ranges_held"]!.GetValue<int>()));

        var one = (await _controller.GetAsync("/workers/w1")).Json;
        Assert.Equal("host-1", one["host"]!.GetValue<string>());
        Assert.Equal("""{"version":"0.1.0","commit_sha":"abc"}""", one["info"]!.ToJsonString());
        (await _controller.GetAsync("/workers/w9")).IsError(404, "WORKER_NOT_FOUND", "'w9'");
        (await _controller.GetAsync("/workers/9w")).IsError(400, "INVALID_NODE_ID", "'9w'");

        var page = (await _controller.GetAsync("/workers?limit=2")).Json;
        Assert.Equal("w2", page["next_cursor"]!.GetValue<string>());
        Assert.Equal("w3", (await _controller.GetAsync("/workers?limit=2&last_node_id=w2")).Json["workers"]!.AsArray().Single()!["node_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Locations_tell_where_tables_lie_and_who_writes_them()
    {
        var json = (await _controller.GetAsync("/locations")).Json;
        var blocks = json["locations"]!.AsArray().Single(l => l!["table"]!.GetValue<string>() == "blocks")!;
        Assert.Equal(new Uri(Path.Combine(_controller.Folder, "data", "my_namespace/eth_mainnet/blocks/r1")).AbsoluteUri, blocks["url"]!.GetValue<string>());
        Assert.Equal(_job, blocks["writer"]!.GetValue<long>());
        Assert.True(blocks["active"]!.GetValue<bool>());
        Assert.Equal(_hash, blocks["manifest_hash"]!.GetValue<string>());
        Assert.Equal(3, json["workers"]!.AsArray().Count);

        await RunAsync($"update jobs set status = 'COMPLETED' where id = {_job}");
        Assert.All((await _controller.GetAsync("/locations")).Json["locations"]!.AsArray(), l => Assert.Null(l!["writer"]));
        var page = (await _controller.GetAsync("/locations?limit=1")).Json;
        var next = (await _controller.GetAsync($"/locations?limit=1000&last_location_id={page["next_cursor"]}")).Json;
        Assert.Equal(2, next["locations"]!.AsArray().Count);
    }

    [Fact]
    public async Task Files_of_a_dataset_are_listed_page_by_page()
    {
        var all = new List<JsonNode>();
        var cursor = "";
        do
        {
            var json = (await _controller.GetAsync($"/files?dataset=my_namespace/eth_mainnet&limit=4{cursor}")).Json;
            all.AddRange(json["files"]!.AsArray().Select(f => f!));
            cursor = json["next_cursor"] is { } next ? $"&last_file_id={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(9, all.Select(f => f["id"]!.GetValue<long>()).Distinct().Count());

        var logs = (await _controller.GetAsync("/files?dataset=my_namespace/eth_mainnet@1.0.0&table=logs")).Json["files"]!.AsArray();
        Assert.Equal(3, logs.Count);
        var first = logs[0]!;
        Assert.Equal("000000100-00.parquet", first["file_name"]!.GetValue<string>());
        Assert.Equal(
            $$"""[{"numbers":{"start":100,"end":109},"network":"testnet","hash":"0x{{110:x64}}","prev_hash":"0x{{100:x64}}","timestamp":1700000100}]""",
            first["ranges"]!.ToJsonString());

        var one = (await _controller.GetAsync($"/files/{first["id"]}")).Json;
        Assert.EndsWith("/my_namespace/eth_mainnet/logs/r1/000000100-00.parquet", one["url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("logs", one["metadata"]!["table"]!.GetValue<string>());
        Assert.False(one.AsObject().ContainsKey("object_e_tag"));
    }

    [Fact]
    public async Task A_dataset_without_a_version_has_files_too()
    {
        await _controller.RegisterAsync("n", "only_dev", version: null);
        Assert.Equal("""{"files":[]}""", (await _controller.GetAsync("/files?dataset=n/only_dev")).Text);
    }

    [Fact]
    public async Task Requests_for_files_that_are_wrong_say_why()
    {
        (await _controller.GetAsync("/files")).IsError(400, "INVALID_REQUEST", "dataset is missing");
        (await _controller.GetAsync("/files?dataset=a/b/c")).IsError(400, "INVALID_NAME");
        (await _controller.GetAsync("/files?dataset=a/b")).IsError(404, "DATASET_NOT_FOUND", "a/b");
        (await _controller.GetAsync("/files?dataset=my_namespace/eth_mainnet&table=traces")).IsError(404, "TABLE_NOT_FOUND", "'traces'");
        (await _controller.GetAsync("/files?dataset=my_namespace/eth_mainnet&table=a-b")).IsError(400, "INVALID_TABLE_NAME");
        (await _controller.GetAsync("/files?dataset=my_namespace/eth_mainnet&last_file_id=x")).IsError(400, "INVALID_CURSOR", "last_file_id");
        (await _controller.GetAsync("/files/x")).IsError(400, "INVALID_FILE_ID");
        (await _controller.GetAsync("/files/9999")).IsError(404, "FILE_NOT_FOUND");
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _controller.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
