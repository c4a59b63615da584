using Amp.Chains.Providers;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Chains;

public sealed class ProviderFileTests : IDisposable
{
    private const string Valid = "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\nurl = \"http://localhost:8545\"\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("amp-providers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_key_is_read()
    {
        var settings = ProviderFile.Parse("a", Valid + "auth_header = \"X-Key\"\nauth_token = \"t\"\nrate_limit_per_minute = 600\nconcurrent_request_limit = 4\n" +
            "rpc_batch_size = 100\nfetch_receipts_per_tx = true\ntimeout_secs = 7\n").ToSettings(_ => null);

        Assert.Equal(
            new ProviderSettings("a", "evm-rpc", "mainnet", new Uri("http://localhost:8545"), "X-Key", "t", 600, 4, 100, true, TimeSpan.FromSeconds(7)),
            settings);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var settings = ProviderFile.Parse("a", Valid).ToSettings(_ => null);
        Assert.Equal((0u, false, TimeSpan.FromSeconds(30)), (settings.RpcBatchSize, settings.FetchReceiptsPerTx, settings.Timeout));
        Assert.Equal((null, null, null), (settings.RateLimitPerMinute, settings.ConcurrentRequestLimit, settings.AuthToken));
    }

    [Theory]
    [InlineData("rpc_batchsize = 3", "unknown key 'rpc_batchsize'", "'rpc_batch_size'")]
    [InlineData("timeout_secs = 0", "timeout_secs", "'0'")]
    [InlineData("timeout_secs = \"5\"", "timeout_secs", "whole number")]
    [InlineData("rate_limit_per_minute = 0", "rate_limit_per_minute", "'0'")]
    [InlineData("fetch_receipts_per_tx = 1", "fetch_receipts_per_tx", "true or false")]
    [InlineData("auth_header = \"X-Key\"", "auth_header", "auth_token")]
    [InlineData("auth_header = \"X Key\"\nauth_token = \"t\"", "auth_header", "HTTP header")]
    public void A_wrong_key_or_value_is_named(string line, params string[] parts) => Refused(Valid + line, parts);

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("https://localhost:1/v2/key")]
    [InlineData("ws://localhost:1")]
    [InlineData("wss://user:word@localhost:1/ws?key=1")]
    public void Http_and_WebSockets_can_be_used(string url) =>
        Assert.Equal(new Uri(url), ProviderFile.Parse("a", Valid.Replace("http://localhost:8545", url, StringComparison.Ordinal)).ToSettings(_ => null).Url);

    [Theory]
    [InlineData("ipc:///tmp/geth.ipc", "'ipc'")]
    [InlineData("ftp://localhost", "'ftp'")]
    [InlineData("localhost", "not an address")]
    public void Nothing_else_can_be_used(string url, string part) =>
        Refused(Valid.Replace("http://localhost:8545", url, StringComparison.Ordinal), "url", part);

    [Theory]
    [InlineData("kind")]
    [InlineData("network")]
    [InlineData("url")]
    public void What_must_be_there_is_named(string key) =>
        Refused(string.Join('\n', Valid.Split('\n').Where(l => !l.StartsWith(key, StringComparison.Ordinal))), $"{key} is missing");

    [Fact]
    public void Text_that_is_no_toml_is_refused_without_showing_it()
    {
        var fault = Refused(Valid + "auth_token = \"s3cret-value");
        Assert.DoesNotContain("s3cret", AmpException.Describe(fault), StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_are_replaced_on_use_and_an_unset_one_is_named()
    {
        var file = ProviderFile.Parse("a", Valid.Replace("localhost:8545", "${HOST}:${PORT}/v2/${KEY}", StringComparison.Ordinal));
        var settings = file.ToSettings(v => v switch { "HOST" => "node", "PORT" => "99", "KEY" => "abc", _ => null });
        Assert.Equal("http://node:99/v2/abc", settings.Url.ToString());

        var fault = Assert.Throws<AmpException>(() => file.ToSettings(v => v == "HOST" ? "node" : null));
        Assert.Contains("url needs the environment variable PORT", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:pass@node.example/rpc", "https://***@node.example/rpc")]
    [InlineData("wss://user:pass@node.example/v2/abcdefghijklmnopqrstuvwx?key=abc", "wss://***@node.example/v2/***?key=***")]
    [InlineData("https://node.example/v2/abcdefghijklmnopqrstuvwx", "https://node.example/v2/***")]
    [InlineData("https://node.example/rpc?apikey=abc&x=${X}", "https://node.example/rpc?apikey=***&x=${X}")]
    [InlineData("https://${USER}:${PASS}@node.example/v2/${PROJECT_API_KEY}", "https://${USER}:${PASS}@node.example/v2/${PROJECT_API_KEY}")]
    [InlineData("http://localhost:8545", "http://localhost:8545")]
    [InlineData("https://node.example/?abc", "https://node.example/?***")]
    [InlineData("https://node.example/rpc#abc", "https://node.example/rpc#***")]
    [InlineData(" https://user:pass@node.example/abcdefgh", "https://***@node.example/***")]
    [InlineData("https://user:p@ss@${HOST}/rpc", "https://***@${HOST}/rpc")]
    [InlineData("${BASE}/v3/abcdefghi", "${BASE}/v3/***")]
    [InlineData("${BASE}", "${BASE}")]
    [InlineData("${BASE}abcdefghi", "***")]
    public void An_address_is_shown_without_its_keys(string url, string shown)
    {
        var file = ProviderFile.Parse("a", Valid.Replace("http://localhost:8545", url, StringComparison.Ordinal));
        Assert.Equal(shown, file.ToShown()["url"]);
    }

    [Theory]
    [InlineData("plain", "***")]
    [InlineData("${TOKEN}", "${TOKEN}")]
    [InlineData("x${TOKEN}", "***")]
    public void A_token_is_hidden_unless_it_is_a_variable(string token, string shown) =>
        Assert.Equal(shown, ProviderFile.Parse("a", $"{Valid}auth_token = \"{token}\"").ToShown()["auth_token"]);

    [Fact]
    public void Settings_show_no_secret()
    {
        var settings = ProviderFile.Parse("a", "kind = \"evm-rpc\"\nnetwork = \"n\"\nurl = \"https://me:s3cret@h/s3cret?k=s3cret\"\nauth_token = \"s3cret\"").ToSettings(_ => null);
        Assert.DoesNotContain("s3cret", $"{settings} {settings.Shown}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a-b")]
    [InlineData("../a")]
    [InlineData("")]
    public void Names_have_a_form(string name) =>
        Assert.Equal(ErrorCode.InvalidName, Assert.Throws<AmpException>(() => ProviderFile.Parse(name, Valid)).Code);

    [Fact]
    public async Task Files_are_read_anew_at_each_use()
    {
        var files = new ProviderFiles(_folder);
        Assert.Equal(ErrorCode.ProviderNotFound, (await Assert.ThrowsAsync<AmpException>(() => ForNetworkAsync(files))).Code);
        File.WriteAllText(Path.Combine(_folder, "b.toml"), Valid);
        File.WriteAllText(Path.Combine(_folder, "a.toml"), Valid);
        File.WriteAllText(Path.Combine(_folder, "c.toml"), Valid.Replace("mainnet", "other", StringComparison.Ordinal));
        Assert.Equal(["a", "b"], (await ForNetworkAsync(files)).Select(p => p.Name));
        File.Delete(Path.Combine(_folder, "a.toml"));
        Assert.Equal(["b"], (await ForNetworkAsync(files)).Select(p => p.Name));
        Assert.Equal(["b", "c"], await files.NamesAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_wrong_file_is_the_named_cause_when_nothing_else_serves()
    {
        File.WriteAllText(Path.Combine(_folder, "a.toml"), Valid + "oops = 1");
        var fault = await Assert.ThrowsAsync<AmpException>(() => ForNetworkAsync(new ProviderFiles(_folder)));
        Assert.Equal(ErrorCode.ProviderNotFound, fault.Code);
        Assert.Contains("unknown key 'oops'", AmpException.Describe(fault), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_whose_variable_is_not_set_is_wrong_and_not_missing()
    {
        File.WriteAllText(Path.Combine(_folder, "a.toml"), Valid + "auth_token = \"${AMP_TEST_NOT_SET}\"");
        var files = new ProviderFiles(_folder);
        var fault = await Assert.ThrowsAsync<AmpException>(() => ForNetworkAsync(files));
        Assert.Equal(ErrorCode.InvalidProvider, fault.Code);
        Assert.Contains("provider 'a': auth_token needs the environment variable AMP_TEST_NOT_SET, which is not set: set it", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, AmpException.Describe(fault));

        // Another one that can be used serves.
        File.WriteAllText(Path.Combine(_folder, "b.toml"), Valid);
        Assert.Equal(["b"], (await ForNetworkAsync(files)).Select(p => p.Name));
    }

    private static Task<IReadOnlyList<ProviderSettings>> ForNetworkAsync(ProviderFiles files) =>
        files.ForNetworkAsync("evm-rpc", "mainnet", TestContext.Current.CancellationToken);

    private static AmpException Refused(string toml, params string[] parts)
    {
        var fault = Assert.Throws<AmpException>(() => ProviderFile.Parse("a", toml).ToSettings(_ => null));
        Assert.Equal(ErrorCode.InvalidProvider, fault.Code);
        Assert.All(parts, p => Assert.Contains(p, fault.Message, StringComparison.Ordinal));
        return fault;
    }
}
