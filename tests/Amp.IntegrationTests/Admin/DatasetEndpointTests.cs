using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin;

public sealed class DatasetEndpointTests : IAsyncLifetime
{
    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task A_registered_dataset_is_listed_with_its_versions_highest_first()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.10.0", startBlock: 1);
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.9.0-rc.1", startBlock: 2);
        await _controller.RegisterAsync("_", "only_dev", version: null);

        var answer = await _controller.GetAsync("/datasets");
        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """{"datasets":[{"namespace":"_","name":"only_dev","versions":[]},{"namespace":"my_namespace","name":"eth_mainnet","latest_version":"1.10.0","versions":["1.10.0","1.9.0-rc.1","1.0.0"]}]}""",
            answer.Text);
    }

    [Fact]
    public async Task Registering_answers_what_was_stored_and_the_same_again_is_no_error()
    {
        var body = """{"namespace":"a","name":"eth","version":"1.0.0","manifest":{"kind":"evm-rpc","network":"testnet","start_block":7,"note":"dropped"}}""";
        var first = await _controller.PostAsync("/datasets", body);
        var second = await _controller.PostAsync("/datasets", body);
        Assert.Equal(201, first.Status);
        Assert.Equal(201, second.Status);
        Assert.Equal(first.Text, second.Text);
        var canonical = """{"kind":"evm-rpc","network":"testnet","start_block":7,"finalized_blocks_only":false,"tables":{}}""";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        Assert.Equal(
            $$"""{"namespace":"a","name":"eth","version":"1.0.0","manifest_hash":"{{hash}}","kind":"evm-rpc","start_block":7,"finalized_blocks_only":false,"tables":["blocks","logs","transactions"]}""",
            first.Text);
        foreach (var revision in (string[])["latest", "dev", "1.0.0", hash, hash.ToUpperInvariant()])
            Assert.Equal(canonical, (await _controller.GetAsync($"/datasets/a/eth/versions/{revision}/manifest")).Text);
    }

    [Fact]
    public async Task A_version_does_not_move_to_another_manifest_unless_forced()
    {
        var old = await _controller.RegisterAsync("a", "eth", "1.0.0");
        var body = """{"namespace":"a","name":"eth","version":"1.0.0","manifest":{"kind":"evm-rpc","network":"testnet","start_block":9}}""";
        (await _controller.PostAsync("/datasets", body)).IsError(409, "VERSION_CONFLICT", old, "force=true");
        Assert.Equal(old, (await _controller.GetAsync("/datasets/a/eth/versions/dev")).Json["manifest_hash"]!.GetValue<string>());
        Assert.Equal(1L, await _controller.Database.ScalarAsync("select count(*) from manifests"));

        Assert.Equal(201, (await _controller.PostAsync("/datasets?force=true", body)).Status);
        Assert.Equal(9, (await _controller.GetAsync("/datasets/a/eth/versions/1.0.0")).Json["start_block"]!.GetValue<int>());
    }

    [Fact]
    public async Task Build_metadata_makes_no_other_version()
    {
        var hash = await _controller.RegisterAsync("a", "eth", "1.0.0+first");
        Assert.Equal(["1.0.0"], (await _controller.GetAsync("/datasets/a/eth/versions")).Json["versions"]!.AsArray().Select(v => v!["version"]!.GetValue<string>()));
        var other = """{"namespace":"a","name":"eth","version":"1.0.0+second","manifest":{"kind":"evm-rpc","network":"testnet","start_block":9}}""";
        (await _controller.PostAsync("/datasets", other)).IsError(409, "VERSION_CONFLICT", "1.0.0", hash);
        foreach (var revision in (string[])["1.0.0", "1.0.0+third"])
            Assert.Equal(hash, (await _controller.GetAsync($"/datasets/a/eth/versions/{revision}")).Json["manifest_hash"]!.GetValue<string>());
        (await _controller.DeleteAsync("/datasets/a/eth/versions/1.0.0+fourth")).IsError(400, "CANNOT_DELETE_LATEST_VERSION", "1.0.0");
    }

    [Fact]
    public async Task A_stored_manifest_can_be_registered_by_its_hash()
    {
        var stored = await _controller.PostAsync("/manifests", """{"kind":"manifest","dependencies":{},"tables":{},"functions":{}}""");
        Assert.Equal(201, stored.Status);
        Assert.Equal("""{"hash":"2ccf0a303d05847f25d9a599aac19506228d155d8657c9696dd496eb5bed34ec"}""", stored.Text);
        var answer = await _controller.PostAsync(
            "/datasets", """{"namespace":"a","name":"derived","manifest":"2CCF0A303D05847F25D9A599AAC19506228D155D8657C9696DD496EB5BED34EC"}""");
        Assert.Equal(201, answer.Status);
        Assert.Null(answer.Json["version"]);
        Assert.Equal("manifest", answer.Json["kind"]!.GetValue<string>());
        (await _controller.PostAsync("/datasets", $$"""{"namespace":"a","name":"x","manifest":"{{new string('0', 64)}}"}""")).IsError(404, "MANIFEST_NOT_FOUND");
    }

    [Fact]
    public async Task Versions_are_listed_with_their_manifests_and_the_special_tags()
    {
        var first = await _controller.RegisterAsync("a", "eth", "1.0.0");
        var second = await _controller.RegisterAsync("a", "eth", "2.0.0", startBlock: 5);
        var json = (await _controller.GetAsync("/datasets/a/eth/versions")).Json;
        Assert.Equal(["2.0.0", "1.0.0"], json["versions"]!.AsArray().Select(v => v!["version"]!.GetValue<string>()));
        Assert.Equal([second, first], json["versions"]!.AsArray().Select(v => v!["manifest_hash"]!.GetValue<string>()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\z", json["versions"]![0]!["created_at"]!.GetValue<string>());
        Assert.Equal("2.0.0", json["special_tags"]!["latest"]!.GetValue<string>());
        Assert.Equal(second, json["special_tags"]!["dev"]!.GetValue<string>());
        (await _controller.GetAsync("/datasets/a/nothing/versions")).IsError(404, "DATASET_NOT_FOUND", "a/nothing");
    }

    [Fact]
    public async Task A_dataset_is_found_by_each_kind_of_revision()
    {
        var hash = await _controller.RegisterAsync("a", "eth", "1.0.0");
        var other = await _controller.RegisterAsync("a", "other", "1.0.0", startBlock: 3);
        var latest = await _controller.GetAsync("/datasets/a/eth");
        Assert.Equal(
            $$"""{"namespace":"a","name":"eth","revision":"latest","manifest_hash":"{{hash}}","kind":"evm-rpc","start_block":0,"finalized_blocks_only":false,"tables":["blocks","logs","transactions"]}""",
            latest.Text);
        Assert.Equal("1.0.0", (await _controller.GetAsync("/datasets/a/eth/versions/1.0.0")).Json["revision"]!.GetValue<string>());
        (await _controller.GetAsync($"/datasets/a/eth/versions/{other}")).IsError(404, "DATASET_NOT_FOUND");
        (await _controller.GetAsync("/datasets/a/eth/versions/2.0.0")).IsError(404, "DATASET_NOT_FOUND", "2.0.0");
        (await _controller.GetAsync("/datasets/a/eth/versions/newest")).IsError(400, "INVALID_REVISION", "'newest'");
        (await _controller.GetAsync("/datasets/A/eth")).IsError(400, "INVALID_NAMESPACE", "'A'");
        (await _controller.GetAsync("/datasets/a/e-th")).IsError(400, "INVALID_NAME", "'e-th'");
    }

    [Theory]
    [InlineData("""{"namespace":"a","name":"eth"}""", "INVALID_PAYLOAD", "$: \"manifest\" is missing")]
    [InlineData("""{"namespace":"a","name":5,"manifest":{}}""", "INVALID_PAYLOAD", "$.name: a string is needed")]
    [InlineData("""{"namespace":"a","name":"eth","versoin":"1.0.0","manifest":{}}""", "INVALID_PAYLOAD", "\"versoin\" is not known")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":7}""", "INVALID_PAYLOAD", "$.manifest")]
    [InlineData("""{"namespace":"a","name":"eth",""", "INVALID_PAYLOAD", "broken")]
    [InlineData("", "INVALID_PAYLOAD", "empty")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":"abc"}""", "INVALID_MANIFEST_HASH", "'abc'")]
    [InlineData("""{"namespace":"a b","name":"eth","manifest":{}}""", "INVALID_NAMESPACE", "'a b'")]
    [InlineData("""{"namespace":"a","name":"9","manifest":{}}""", "INVALID_NAME", "'9'")]
    [InlineData("""{"namespace":"a","name":"eth","version":"1","manifest":{}}""", "INVALID_VERSION", "'1'")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":{}}""", "INVALID_MANIFEST", "$.manifest: \"kind\" is missing")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":{"kind":"firehose"}}""", "UNSUPPORTED_DATASET_KIND", "firehose")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":{"kind":"evm-rpc","network":"m","start_block":-1}}""", "INVALID_MANIFEST", "$.manifest.start_block")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":{"kind":"evm-rpc","network":"m","tables":{"traces":{"schema":{"arrow":{"fields":[{"name":"x","type":"Utf8","nullable":true}]}}}}}}""", "INVALID_MANIFEST", "'traces'")]
    [InlineData("""{"namespace":"a","name":"eth","manifest":{"kind":"evm-rpc","network":"m","tables":{"logs":{"schema":{"arrow":{"fields":[{"name":"_block_num","type":"Int64","nullable":false}]}}}}}}""", "INVALID_MANIFEST", "column '_block_num' of table 'logs' is \"UInt64\", not \"Int64\"")]
    public async Task A_registration_that_is_wrong_names_the_mistake_and_leaves_nothing(string body, string code, string part)
    {
        (await _controller.PostAsync("/datasets", body)).IsError(400, code, part);
        Assert.Equal(0L, await _controller.Database.ScalarAsync("select (select count(*) from datasets) + (select count(*) from manifests)"));
    }

    [Fact]
    public async Task Bodies_of_another_content_type_are_refused()
    {
        (await _controller.PostAsync("/datasets", "{}", "text/plain")).IsError(400, "INVALID_PAYLOAD", "text/plain", "application/json");
        (await _controller.PostAsync("/datasets", "{}", contentType: null)).IsError(400, "INVALID_PAYLOAD", "application/json");
        (await _controller.PostAsync("/manifests", "{}", "application/xml")).IsError(400, "INVALID_MANIFEST", "application/xml");
    }

    [Fact]
    public async Task Bodies_over_two_mebibytes_are_refused()
    {
        var padding = new string('x', 2 * 1024 * 1024);
        (await _controller.PostAsync("/datasets", $$"""{"namespace":"{{padding}}"}""")).IsError(413, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Lists_of_datasets_page()
    {
        foreach (var name in (string[])["b", "a", "c_", "c"])
            await _controller.RegisterAsync("n", name, "1.0.0");
        var seen = new List<string>();
        var path = "/datasets?limit=2";
        for (var page = 0; page < 2; page++)
        {
            var json = (await _controller.GetAsync(path)).Json;
            seen.AddRange(json["datasets"]!.AsArray().Select(d => d!["name"]!.GetValue<string>()));
            path = $"/datasets?limit=2&last_dataset={json["next_cursor"]}";
            Assert.Equal(page == 1, json["next_cursor"] is null);
        }

        Assert.Equal(["a", "b", "c", "c_"], seen);
        foreach (var limit in (string[])["0", "1001", "x", "-1", ""])
            (await _controller.GetAsync($"/datasets?limit={limit}")).IsError(400, "INVALID_LIMIT", "1 to 1000");
        (await _controller.GetAsync("/datasets?last_dataset=%20")).IsError(400, "INVALID_CURSOR");
    }

    [Fact]
    public async Task A_version_can_be_deleted_but_not_the_latest()
    {
        var first = await _controller.RegisterAsync("a", "eth", "1.0.0");
        await _controller.RegisterAsync("a", "eth", "1.1.0", startBlock: 1);
        (await _controller.DeleteAsync("/datasets/a/eth/versions/1.1.0")).IsError(400, "CANNOT_DELETE_LATEST_VERSION", "1.1.0");
        Assert.Equal(204, (await _controller.DeleteAsync("/datasets/a/eth/versions/1.0.0")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync("/datasets/a/eth/versions/1.0.0")).Status);
        (await _controller.GetAsync("/datasets/a/eth/versions/1.0.0")).IsError(404, "DATASET_NOT_FOUND");
        Assert.Equal(200, (await _controller.GetAsync($"/datasets/a/eth/versions/{first}")).Status);
    }

    [Fact]
    public async Task A_deleted_dataset_takes_only_its_own_manifests_along()
    {
        var own = await _controller.RegisterAsync("a", "eth", "1.0.0", startBlock: 1);
        var shared = await _controller.RegisterAsync("a", "eth", "2.0.0");
        await _controller.RegisterAsync("b", "eth", "1.0.0");
        (await _controller.DeleteAsync($"/manifests/{shared}")).IsError(409, "MANIFEST_LINKED", "a/eth", "b/eth");
        Assert.Equal(204, (await _controller.DeleteAsync("/datasets/a/eth")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync("/datasets/a/eth")).Status);
        (await _controller.GetAsync($"/manifests/{own}")).IsError(404, "MANIFEST_NOT_FOUND");
        Assert.Equal(200, (await _controller.GetAsync($"/manifests/{shared}")).Status);
        Assert.Equal(
            $$"""{"hash":"{{shared}}","datasets":[{"namespace":"b","name":"eth","version":"1.0.0"},{"namespace":"b","name":"eth","version":"dev"}]}""",
            (await _controller.GetAsync($"/manifests/{shared}/datasets")).Text);
        var first = await _controller.GetAsync($"/manifests/{shared}/datasets?limit=1");
        Assert.Equal("b/eth@1.0.0", first.Json["next_cursor"]!.GetValue<string>());
        Assert.Equal(
            $$"""{"hash":"{{shared}}","datasets":[{"namespace":"b","name":"eth","version":"dev"}]}""",
            (await _controller.GetAsync($"/manifests/{shared}/datasets?limit=1&last_dataset=b/eth@1.0.0")).Text);
        (await _controller.GetAsync($"/manifests/{shared}/datasets?last_dataset=b/eth@x")).IsError(400, "INVALID_CURSOR", "'b/eth@x'");
    }

    [Fact]
    public async Task Unlinked_manifests_are_listed_and_pruned()
    {
        var linked = await _controller.RegisterAsync("a", "eth", "1.0.0");
        await _controller.PostAsync("/manifests", """{"kind":"evm-rpc","network":"elsewhere"}""");
        var manifests = (await _controller.GetAsync("/manifests")).Json["manifests"]!.AsArray();
        Assert.Equal(2, manifests.Count);
        Assert.Equal(1, manifests.Single(m => m!["hash"]!.GetValue<string>() == linked)!["dataset_count"]!.GetValue<int>());
        Assert.Equal("""{"deleted_count":1}""", (await _controller.DeleteAsync("/manifests")).Text);
        Assert.Equal(200, (await _controller.GetAsync($"/manifests/{linked}")).Status);
        (await _controller.GetAsync("/manifests/xyz")).IsError(400, "INVALID_MANIFEST_HASH");
    }

    [Fact]
    public async Task Registrations_at_the_same_moment_all_succeed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => _controller.PostAsync(
            "/datasets",
            new JsonObject { ["namespace"] = "a", ["name"] = "eth", ["version"] = $"1.0.{i}", ["manifest"] = RunningController.Manifest() }.ToJsonString())));
        Assert.All(answers, a => Assert.Equal(201, a.Status));
        Assert.Equal(16, (await _controller.GetAsync("/datasets/a/eth/versions")).Json["versions"]!.AsArray().Count);
    }
}
