namespace Amp.IntegrationTests.Admin;

public sealed class ProviderEndpointTests : IAsyncLifetime
{
    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task Providers_are_shown_without_their_secrets_and_changes_are_seen_at_once()
    {
        Assert.Equal(
            """{"name":"testnet","kind":"evm-rpc","auth_token":"***","network":"testnet","url":"http://127.0.0.1:1"}""",
            (await _controller.GetAsync("/providers/testnet")).Text);
        await File.WriteAllTextAsync(
            Path.Combine(_controller.ProvidersDir, "other.toml"), "kind = \"evm-rpc\"\nnetwork = \"x\"\nurl = \"https://u:secret@node.example/?key=secret\"\nauth_token = \"${TOKEN}\"\nrpc_batch_size = 5\n");
        var list = await _controller.GetAsync("/providers");
        Assert.Equal(["other", "testnet"], list.Json["providers"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
        Assert.DoesNotContain("secret", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", list.Text, StringComparison.Ordinal);
        Assert.Equal("${TOKEN}", list.Json["providers"]![0]!["auth_token"]!.GetValue<string>());
        Assert.Equal(5, list.Json["providers"]![0]!["rpc_batch_size"]!.GetValue<int>());
        Assert.Equal("other", (await _controller.GetAsync("/providers?limit=1")).Json["next_cursor"]!.GetValue<string>());
        Assert.Equal("testnet", (await _controller.GetAsync("/providers?last_provider=other")).Json["providers"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Files_that_are_wrong_are_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_controller.ProvidersDir, "bad.toml"), "kind = \"evm-rpc\"\nnetwork = \"x\"\nurl = \"http://h\"\nrate_limit = 5\n");
        (await _controller.GetAsync("/providers/bad")).IsError(400, "INVALID_PROVIDER", "'bad'", "'rate_limit'");
        (await _controller.GetAsync("/providers/none")).IsError(404, "PROVIDER_NOT_FOUND", "'none'");
        (await _controller.GetAsync("/providers/B-D")).IsError(400, "INVALID_NAME", "'B-D'");
        Assert.Contains("rate_limit", (await _controller.GetAsync("/providers")).Json["providers"]![0]!["error"]!.GetValue<string>(), StringComparison.Ordinal);
        await _controller.RegisterAsync("n", "x", "1.0.0", network: "x");
        (await _controller.PostAsync("/datasets/n/x/versions/1.0.0/deploy", "")).IsError(400, "NO_PROVIDER_FOR_NETWORK", "'x'", "rate_limit");
    }

    [Fact]
    public async Task A_provider_is_added_used_and_taken_away()
    {
        const string Body = """{"name":"mine","kind":"evm-rpc","network":"x","url":"https://u:hush-hush@node.example/","auth_token":"hush-hush","rpc_batch_size":50,"fetch_receipts_per_tx":true}""";
        Assert.Equal(201, (await _controller.PostAsync("/providers", Body)).Status);
        Assert.Equal(201, (await _controller.PostAsync("/providers", Body)).Status);
        var shown = await _controller.GetAsync("/providers/mine");
        Assert.DoesNotContain("hush", shown.Text, StringComparison.Ordinal);
        Assert.Equal(50, shown.Json["rpc_batch_size"]!.GetValue<int>());
        var file = await File.ReadAllTextAsync(Path.Combine(_controller.ProvidersDir, "mine.toml"));
        Assert.Contains("\"hush-hush\"", file, StringComparison.Ordinal);

        // The same in another order is the same. Others on the machine do not read it.
        Assert.Equal(201, (await _controller.PostAsync("/providers", """{"fetch_receipts_per_tx":true,"network":"x","rpc_batch_size":50,"kind":"evm-rpc","auth_token":"hush-hush","url":"https://u:hush-hush@node.example/","name":"mine"}""")).Status);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(_controller.ProvidersDir, "mine.toml")) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite));

        // What is there is not replaced: not by another, and not by what is shown of it.
        (await _controller.PostAsync("/providers", Body.Replace("50", "51", StringComparison.Ordinal))).IsError(409, "PROVIDER_CONFLICT", "'mine'");
        (await _controller.PostAsync("/providers", shown.Text)).IsError(400, "INVALID_PROVIDER", "$.", "in the place of a secret");
        Assert.Equal(file, await File.ReadAllTextAsync(Path.Combine(_controller.ProvidersDir, "mine.toml")));

        await _controller.RegisterAsync("n", "x", "1.0.0", network: "x");
        Assert.Equal(204, (await _controller.DeleteAsync("/providers/mine")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync("/providers/mine")).Status);
        (await _controller.GetAsync("/providers/mine")).IsError(404, "PROVIDER_NOT_FOUND", "'mine'");
        (await _controller.PostAsync("/datasets/n/x/versions/1.0.0/deploy", "")).IsError(400, "NO_PROVIDER_FOR_NETWORK", "'x'");
    }

    [Fact]
    public async Task What_is_no_provider_is_refused_and_leaves_nothing()
    {
        (string Body, string Told)[] wrong =
        [
            ("""{"kind":"evm-rpc","network":"x","url":"http://h"}""", "\"name\" is missing"),
            ("""{"name":"../x","kind":"evm-rpc","network":"x","url":"http://h"}""", "'../x' is no name of a provider"),
            ("""{"name":"Ｎ","kind":"evm-rpc","network":"x","url":"http://h"}""", "is no name of a provider"),
            ("""{"name":"n","kind":"evm-rpc","network":"x"}""", "url is missing"),
            ("""{"name":"n","kind":"evm-rpc","network":"x","url":"file:///etc/passwd"}""", "has the scheme 'file'"),
            ("""{"name":"n","kind":"evm-rpc","network":"x","url":"http://h","rate_limit":5}""", "unknown key 'rate_limit'"),
            ("""{"name":"n","kind":"evm-rpc","network":"x","url":"http://h","rpc_batch_size":-1}""", "rpc_batch_size is '-1'"),
            ("""{"name":"n","kind":"evm-rpc","network":"x","url":"http://h","rpc_batch_size":1.5}""", "$.rpc_batch_size: text, a whole number, true or false is needed"),
            ("""{"name":"n","kind":"evm-rpc","network":"x","url":"http://h","rpc_batch_size":{"a":1}}""", "$.rpc_batch_size"),
            ("""{"name":"n","kind":["evm-rpc"],"network":"x","url":"http://h"}""", "$.kind: text"),
            ("""{"name":"n","kind":"solana","network":"x","url":"http://h"}""", "kind is 'solana'"),
            ("[]", "an object is needed"),
            ("{", "the JSON is broken"),
            ("", "the body is empty"),
        ];
        foreach (var (body, told) in wrong)
            (await _controller.PostAsync("/providers", body)).IsError(400, "INVALID_PROVIDER", told);
        Assert.Equal(["testnet.toml"], Directory.EnumerateFileSystemEntries(_controller.ProvidersDir).Select(Path.GetFileName));
        (await _controller.DeleteAsync("/providers/..%2Ftestnet")).IsError(400, "INVALID_NAME", "testnet'");
        Assert.True(File.Exists(Path.Combine(_controller.ProvidersDir, "testnet.toml")));
    }
}
