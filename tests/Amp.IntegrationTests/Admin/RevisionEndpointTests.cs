using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin;

/// <summary>Revisions of tables: which are there, which one is read, and how their files go.</summary>
public sealed class RevisionEndpointTests : IAsyncLifetime
{
    private RunningController _controller = null!;
    private string _hash = null!;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        _hash = await _controller.RegisterAsync("n", "d", "1.0.0");
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task Revisions_are_made_listed_and_told()
    {
        var one = await CreateAsync("blocks", "n/d/blocks/one");
        var two = await CreateAsync("blocks", "n/d/blocks/two");
        Assert.Equal(one, await CreateAsync("blocks", "n/d/blocks/one"));
        Assert.Equal(
            $$$"""{"id":{{{one}}},"path":"n/d/blocks/one","active":false,"writer":null,"metadata":{"dataset_namespace":"n","dataset_name":"d","manifest_hash":"{{{_hash}}}","table_name":"blocks"}}""",
            (await _controller.GetAsync($"/revisions/{one}")).Text);
        Assert.Equal([one, two], Ids(await _controller.GetAsync("/revisions")));
        Assert.Equal([one], Ids(await _controller.GetAsync("/revisions?limit=1")));
        Assert.Equal([two], Ids(await _controller.GetAsync($"/revisions?limit=1&last_revision_id={one}")));
        Assert.Empty(Ids(await _controller.GetAsync("/revisions?active=true")));
    }

    [Fact]
    public async Task One_of_them_is_read_at_a_time()
    {
        var one = await CreateAsync("blocks", "n/d/blocks/one");
        var two = await CreateAsync("blocks", "n/d/blocks/two");
        foreach (var id in (long[])[one, two, two, one])
        {
            Assert.Equal(200, (await _controller.PostAsync($"/revisions/{id}/activate", """{"table_name":"blocks","dataset":"n/d@1.0.0"}""")).Status);
            Assert.Equal([id], Ids(await _controller.GetAsync("/revisions?active=true")));
        }

        (await _controller.PostAsync($"/revisions/{two}/activate", """{"table_name":"logs","dataset":"n/d"}""")).IsError(400, "INVALID_PAYLOAD", "'blocks'", "'logs'");
        for (var time = 0; time < 2; time++)
            Assert.Equal(200, (await _controller.PostAsync("/revisions/deactivate", """{"table_name":"blocks","dataset":"n/d"}""")).Status);
        Assert.Empty(Ids(await _controller.GetAsync("/revisions?active=true")));
    }

    [Fact]
    public async Task A_revision_that_is_read_or_written_is_not_deleted()
    {
        var id = await CreateAsync("blocks", "n/d/blocks/one");
        await ActivateAsync(id);
        (await _controller.DeleteAsync($"/revisions/{id}")).IsError(409, "LOCATION_CONFLICT", "deactivate");
        Assert.Equal(200, (await _controller.PostAsync("/revisions/deactivate", """{"table_name":"blocks","dataset":"n/d"}""")).Status);

        var job = await _controller.DeployAsync("n/d/versions/1.0.0", """{"end_block":9}""");
        foreach (var path in (string[])[$"/revisions/{id}", $"/revisions/{id}/truncate", $"/revisions/{id}/prune"])
            (await _controller.DeleteAsync(path)).IsError(409, "LOCATION_CONFLICT", $"job {job}", $"PUT /jobs/{job}/stop");
        await RunAsync($"update jobs set status = 'STOPPED' where id = {job}");
        Assert.Equal(204, (await _controller.DeleteAsync($"/revisions/{id}")).Status);
        (await _controller.GetAsync($"/revisions/{id}")).IsError(404, "LOCATION_NOT_FOUND", $"{id}");
    }

    [Fact]
    public async Task Truncation_deletes_what_is_registered_and_nothing_else()
    {
        var id = await CreateAsync("blocks", "n/d/blocks/one");
        var folder = Path.Combine(_controller.Folder, "data", "n", "d", "blocks", "one");
        Directory.CreateDirectory(folder);
        for (ulong i = 0; i < 7; i++)
        {
            await SegmentAsync(id, $"{i}.parquet", i, i, (byte)(i + 1), (byte)i);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{i}.parquet"), "x");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "foreign.parquet"), "x");
        await RunAsync("update segments set retired_at = now() where file_name = '3.parquet'");
        File.Delete(Path.Combine(folder, "5.parquet"));
        Assert.Equal("""{"files_deleted":7}""", (await _controller.DeleteAsync($"/revisions/{id}/truncate?concurrency=2")).Text);
        Assert.Equal(["foreign.parquet"], Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!));
        Assert.Equal(0L, await AskAsync("select count(*) from segments"));
        Assert.Equal("""{"files_deleted":0}""", (await _controller.DeleteAsync($"/revisions/{id}/truncate")).Text);
        (await _controller.DeleteAsync($"/revisions/{id}/truncate?concurrency=0")).IsError(400, "INVALID_REQUEST", "concurrency is '0'");
    }

    [Fact]
    public async Task Pruning_hands_what_reorganisations_left_to_the_collector_and_keeps_what_is_read()
    {
        var id = await CreateAsync("blocks", "n/d/blocks/one");
        await SegmentAsync(id, "a.parquet", 0, 9, 1, 0);
        await SegmentAsync(id, "orphan-low.parquet", 10, 14, 2, 1);
        await SegmentAsync(id, "b.parquet", 10, 19, 3, 1);
        await SegmentAsync(id, "orphan-high.parquet", 20, 24, 4, 3);
        await SegmentAsync(id, "c.parquet", 20, 29, 5, 3);

        // Read ahead: what lies before it is not there yet.
        await SegmentAsync(id, "d.parquet", 40, 49, 7, 6);

        Assert.Equal("""{"files_scheduled":1,"gc_delay_secs":60}""", (await _controller.DeleteAsync($"/revisions/{id}/prune?before_block=15&gc_delay_secs=60")).Text);
        Assert.Equal("""{"files_scheduled":1,"gc_delay_secs":1800}""", (await _controller.DeleteAsync($"/revisions/{id}/prune")).Text);
        Assert.Equal("""{"files_scheduled":0,"gc_delay_secs":1800}""", (await _controller.DeleteAsync($"/revisions/{id}/prune")).Text);
        Assert.Equal("a.parquet,b.parquet,c.parquet,d.parquet", await AskAsync("select string_agg(file_name, ',' order by file_name) from segments where retired_at is null"));
        Assert.Equal(1L, await AskAsync("select count(*) from segments where file_name = 'orphan-low.parquet' and collect_at = retired_at + interval '60 seconds'"));
        (await _controller.DeleteAsync($"/revisions/{id}/prune?before_block=x")).IsError(400, "INVALID_REQUEST", "before_block is 'x'");
        (await _controller.DeleteAsync($"/revisions/{id}/prune?gc_delay_secs=-1")).IsError(400, "INVALID_REQUEST", "gc_delay_secs is '-1'");
        (await _controller.DeleteAsync($"/revisions/{id}/prune?gc_delay_secs=3153600001")).IsError(400, "INVALID_REQUEST", "gc_delay_secs is '3153600001'", "3153600000");
    }

    [Theory]
    [InlineData("../secret", "'../secret'")]
    [InlineData("/etc", "'/etc'")]
    [InlineData("", "''")]
    [InlineData("a/../../b", "without '..'")]
    public async Task A_path_that_leads_out_of_the_lake_is_refused(string path, string told)
    {
        var body = new JsonObject { ["table_name"] = "blocks", ["dataset"] = "n/d", ["path"] = path };
        (await _controller.PostAsync("/revisions", body.ToJsonString())).IsError(400, "INVALID_PAYLOAD", "$.path", told);
    }

    [Fact]
    public async Task Wrong_requests_say_why()
    {
        await CreateAsync("blocks", "n/d/blocks/one");
        (await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"n/d","path":"n/d/blocks/one"}""")).IsError(409, "LOCATION_CONFLICT", "n/d/blocks/one");
        (await _controller.PostAsync("/revisions", """{"table_name":"traces","dataset":"n/d","path":"p"}""")).IsError(404, "TABLE_NOT_FOUND", "traces", "blocks, logs, transactions");
        (await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"n/e","path":"p"}""")).IsError(404, "DATASET_NOT_FOUND", "n/e");
        (await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"n/d"}""")).IsError(400, "INVALID_PAYLOAD", "path");
        (await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"n/d","path":"p","x":1}""")).IsError(400, "INVALID_PAYLOAD", "x");
        (await _controller.GetAsync("/revisions/0")).IsError(400, "INVALID_LOCATION_ID", "'0'");
        (await _controller.GetAsync("/revisions?active=perhaps")).IsError(400, "INVALID_REQUEST", "active");
        (await _controller.PostAsync("/revisions/99/restore", "")).IsError(404, "LOCATION_NOT_FOUND", "99");
    }

    private async Task<long> CreateAsync(string table, string path)
    {
        var answer = await _controller.PostAsync("/revisions", $$"""{"table_name":"{{table}}","dataset":"n/d@1.0.0","path":"{{path}}"}""");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["location_id"]!.GetValue<long>();
    }

    private async Task ActivateAsync(long id) =>
        Assert.Equal(200, (await _controller.PostAsync($"/revisions/{id}/activate", """{"table_name":"blocks","dataset":"n/d"}""")).Status);

    private Task SegmentAsync(long revision, string file, ulong start, ulong end, byte hash, byte prev) => RunAsync($"""
        insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash)
        values ({revision}, '{file}', 1, 'testnet', {start}, {end}, decode('{hash:x64}', 'hex'), decode('{prev:x64}', 'hex'))
        """);

    private static long[] Ids(Answer answer) => [.. answer.Json.AsArray().Select(r => r!["id"]!.GetValue<long>())];

    private async Task<object?> AskAsync(string sql)
    {
        await using var command = _controller.Database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private Task RunAsync(string sql) => AskAsync(sql);
}
