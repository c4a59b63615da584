namespace Amp.IntegrationTests.Admin;

public sealed class AuditTests : IAsyncLifetime
{
    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task Each_request_that_changes_something_is_told_with_what_came_of_it()
    {
        await _controller.RegisterAsync("n", "d", "1.0.0");
        await _controller.GetAsync("/datasets");
        await _controller.PostAsync("/datasets?force=true", "{");
        await _controller.DeleteAsync("/datasets/n/no_such%C3%A9'--");
        await _controller.PutAsync("/jobs/77/stop");
        await _controller.PostAsync("/no/such/path", "{}");

        var entries = (await _controller.GetAsync("/audit")).Json["entries"]!.AsArray();
        Assert.Equal(
            [
                ("put_jobs_id_stop", "PUT", "/jobs/77/stop", 404, "JOB_NOT_FOUND"),
                ("delete_datasets_namespace_name", "DELETE", "/datasets/n/no_such%C3%A9'--", 400, "INVALID_NAME"),
                ("post_datasets", "POST", "/datasets?force=true", 400, "INVALID_PAYLOAD"),
                ("post_datasets", "POST", "/datasets", 201, null),
            ],
            entries.Select(e => (
                e!["operation"]!.GetValue<string>(), e["method"]!.GetValue<string>(), e["path"]!.GetValue<string>(), e["status"]!.GetValue<int>(), e["error_code"]?.GetValue<string>())));
        Assert.All(entries, e => Assert.Contains("127.0.0.1", e!["remote_address"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.All(entries, e => Assert.True(e!["ended_at"]!.GetValue<DateTimeOffset>() >= e["at"]!.GetValue<DateTimeOffset>()));

        var page = await _controller.GetAsync("/audit?limit=3");
        Assert.Equal(3, page.Json["entries"]!.AsArray().Count);
        var last = await _controller.GetAsync($"/audit?last_audit_id={page.Json["next_cursor"]!.GetValue<long>()}");
        Assert.Equal("/datasets", Assert.Single(last.Json["entries"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.Null(last.Json["next_cursor"]);
        (await _controller.GetAsync("/audit?last_audit_id=x")).IsError(400, "INVALID_CURSOR", "'x'");
    }

    [Fact]
    public async Task What_a_request_is_about_is_told_where_its_path_does_not_say_it()
    {
        await _controller.RegisterAsync("n", "d", "1.0.0");
        var manifest = await _controller.PostAsync("/manifests", RunningController.Manifest(5).ToJsonString());
        await _controller.PostAsync("/providers", """{"name":"mine","kind":"evm-rpc","network":"x","url":"http://h","auth_token":"planted"}""");
        await _controller.PostAsync("/revisions", """{"dataset":"n/none@1.0.0","table_name":"blocks","path":"n/d/blocks"}""");
        await _controller.PostAsync("/revisions/deactivate", """{"dataset":"n/none@1.0.0","table_name":"blocks"}""");
        (await _controller.PostAsync("/revisions/deactivate", """{"dataset":"a\u0000b","table_name":"blocks"}""")).IsError(400, "INVALID_NAME");
        await _controller.PostAsync("/schema", """{"tables":{"t":"select 1"}}""");

        var answer = await _controller.GetAsync("/audit");
        Assert.Equal(
            [null, "n/none@1.0.0 blocks", "n/none@1.0.0 blocks: n/d/blocks", "mine", manifest.Json["hash"]!.GetValue<string>(), "n/d@1.0.0"],
            answer.Json["entries"]!.AsArray().Select(e => e!["subject"]?.GetValue<string>()));
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done()
    {
        await using (var rename = _controller.Database.DataSource.CreateCommand("alter table audit rename to audit_away"))
            await rename.ExecuteNonQueryAsync();
        Assert.Equal(500, (await _controller.PostAsync("/providers", """{"name":"mine","kind":"evm-rpc","network":"x","url":"http://h"}""")).Status);
        Assert.False(File.Exists(Path.Combine(_controller.ProvidersDir, "mine.toml")));
    }
}
