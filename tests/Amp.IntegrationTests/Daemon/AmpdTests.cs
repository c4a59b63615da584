using System.Net;
using System.Net.Sockets;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Amp.TestKit.Processes;
using Npgsql;

namespace Amp.IntegrationTests.Daemon;

/// <summary>The built <c>ampd</c> as a process: exit codes, one-line errors, and solo.</summary>
public sealed class AmpdTests : IDisposable
{
    private static readonly string _ampd = Repository.Output("Amp.Daemon", "ampd.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("amp-ampd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bogus")]
    [InlineData("worker")]
    [InlineData("worker --node-id 1st")]
    [InlineData("config")]
    [InlineData("server --no-such-option")]
    [InlineData("completion no-such-shell")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string arguments)
    {
        var (code, log) = await RunAsync(arguments.Split(' '));

        Assert.Equal(2, code);
        Assert.StartsWith("error: ", Assert.Single(log.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("--config", "F", "config", "check")]
    [InlineData("config", "check", "--config", "F")]
    public async Task The_file_may_be_named_before_and_after_the_subcommand(params string[] arguments)
    {
        var file = Path.Combine(_folder, "amp.toml");
        await File.WriteAllTextAsync(file, "[metadata_db]\nurl = \"postgresql://amp:planted-secret@db/amp\"\n[writer]\nrows = 7\n");

        var (code, log) = await RunAsync([.. arguments.Select(a => a == "F" ? file : a)]);

        Assert.Equal(0, code);
        Assert.Contains("rows = 7", log);
        Assert.DoesNotContain("planted-secret", log);
    }

    [Theory]
    [InlineData("http://user:planted-secret@collector:4318/v1/traces", 0)]
    [InlineData("ht!tp://user:planted-secret@collector:4318/v1/traces", 1)]
    public async Task What_stands_in_the_address_of_a_collector_is_not_shown(string url, int expected)
    {
        var (code, log) = await RunAsync(["config", "check"], ("AMP_CONFIG_OPENTELEMETRY__TRACE_URL", url), ("AMP_CONFIG_OPENTELEMETRY__METRICS_URL", url));

        Assert.Equal(expected, code);
        Assert.Contains("trace_url", log);
        Assert.DoesNotContain("planted-secret", log);
    }

    [Fact]
    public async Task An_unreachable_database_ends_a_service_with_one_line_and_exit_code_1()
    {
        foreach (var role in (string[][])[["migrate"], ["controller"], ["server"], ["worker", "--node-id", "w1"]])
        {
            var (code, log) = await RunAsync(role, ("AMP_CONFIG_METADATA_DB__URL", "postgresql://amp:planted-secret@127.0.0.1:1/amp"));

            Assert.Equal((string.Join(' ', role), 1), (string.Join(' ', role), code));
            AssertOneLine(log, "127.0.0.1:1", "cannot be reached; is it running, and is metadata_db.url right?");
        }
    }

    [Fact]
    public async Task A_wrong_password_ends_a_service_with_one_line_and_exit_code_1()
    {
        await using var database = await TestDatabase.CreateAsync();
        var url = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "planted-secret" };
        foreach (var role in (string[][])[["migrate"], ["controller"], ["server"], ["worker", "--node-id", "w1"]])
        {
            var (code, log) = await RunAsync(role, ("AMP_CONFIG_METADATA_DB__URL", url.ConnectionString));

            Assert.Equal((string.Join(' ', role), 1), (string.Join(' ', role), code));
            AssertOneLine(log, $"{url.Host}:{url.Port}", "refuses the user or the password of metadata_db.url");
        }
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_key()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;

        var (code, log) = await RunAsync(["controller"], ("AMP_CONFIG_METADATA_DB__URL", database.ConnectionString), ("AMP_CONFIG_ADMIN_ADDR", address));

        Assert.Equal(1, code);
        Assert.Contains($"admin_addr is {address}", log);
    }

    [Fact]
    public async Task Migrate_ends_with_exit_code_0_and_the_schema_is_there()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var (code, _) = await RunAsync(["migrate"], ("AMP_CONFIG_METADATA_DB__URL", database.ConnectionString));

        Assert.Equal(0, code);
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from jobs"));
    }

    private static void AssertOneLine(string log, params string[] parts)
    {
        var line = Assert.Single(log.Split('\n'), l => l.StartsWith("error: ", StringComparison.Ordinal));
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.DoesNotContain("planted-secret", log);
        Assert.DoesNotContain("   at ", log);
    }

    private async Task<(int Code, string Log)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var process = ServiceProcess.Launch(new ServiceProcessSettings("ampd", _ampd)
        {
            Arguments = arguments,
            Environment = environment.ToDictionary(e => e.Name, e => (string?)e.Value, StringComparer.Ordinal),
            WorkingDirectory = _folder,
        });
        var code = await process.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (code, process.Log);
    }
}
