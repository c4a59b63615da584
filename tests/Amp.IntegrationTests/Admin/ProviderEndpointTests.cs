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
}
