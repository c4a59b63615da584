using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Extraction;

/// <summary>What an operator can get wrong is told in the job's detail, with its code; what can be mended is tried again.</summary>
public sealed class BadInputIsNamed
{
    private const string Dataset = "test/eth@1.0.0";

    [Fact]
    public async Task A_network_without_a_provider()
    {
        // The deploy itself would be refused: the file goes while the job waits for a worker.
        await using var cluster = await StartAsync(workers: 0);
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, "40");
        File.Delete(Path.Combine(cluster.Providers, "devchain.toml"));
        await cluster.StartWorkerAsync("worker-1");
        await cluster.WaitForJobAsync(job, "ERROR");
        var detail = await DetailAsync(cluster, job);
        AssertNames(detail, "PROVIDER_NOT_FOUND", "\"devnet\"");
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!);
        await cluster.WaitForJobAsync(job, "COMPLETED");
    }

    [Fact]
    public async Task A_variable_of_a_provider_that_is_not_set()
    {
        await using var cluster = await StartAsync();
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!, "auth_token = \"${AMP_TEST_NOT_SET}\"");
        var detail = await FailAsync(cluster, "ERROR");
        AssertNames(detail, "INVALID_PROVIDER", "provider 'devchain'", "auth_token needs the environment variable AMP_TEST_NOT_SET, which is not set: set it for this process");
    }

    [Fact]
    public async Task A_node_of_another_chain_than_before()
    {
        await using var cluster = await StartAsync();
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, "20");
        await cluster.WaitForJobAsync(job, "COMPLETED");
        await cluster.Chain!.StopAsync();
        await cluster.StartChainAsync(new ChainSettings { Blocks = 50, Seed = 2, Arguments = ["--chain-id", "4711"] });

        await cluster.RegisterAsync("test/other@1.0.0");
        var second = await cluster.DeployAsync("test/other@1.0.0", "20");
        await cluster.WaitForJobAsync(second, "FATAL");
        AssertNames(await DetailAsync(cluster, second), "NETWORK_MISMATCH", "chain id 4711", "chain id 31337");
        Assert.Equal(3L, await cluster.Database.ScalarAsync("select count(distinct revision_id) from segments"));
    }

    [Fact]
    public async Task A_node_that_is_replaced_under_a_head()
    {
        await using var cluster = await StartAsync();
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, endBlock: null);
        await RegisteredToAsync(cluster, 50);
        await cluster.Chain!.StopAsync();
        await StartOtherChainAsync(cluster);
        await cluster.WaitForJobAsync(job, "FATAL", TimeSpan.FromSeconds(60));
        AssertNames(await DetailAsync(cluster, job), "NETWORK_MISMATCH", "chain id 4711", "chain id 31337");
        Assert.Equal(50L, await cluster.Database.ScalarAsync("select max(end_block) from segments"));
    }

    [Fact]
    public async Task A_node_that_is_replaced_between_two_workers_of_a_job()
    {
        await using var cluster = await StartAsync();
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, endBlock: null);
        await RegisteredToAsync(cluster, 50);
        await cluster.Workers["worker-1"].StopAsync();
        await cluster.Chain!.StopAsync();
        await StartOtherChainAsync(cluster);

        // The job is RUNNING and is not planned again: its range is taken as it is.
        await cluster.StartWorkerAsync("worker-2");
        await cluster.WaitForJobAsync(job, "FATAL", TimeSpan.FromSeconds(30));
        AssertNames(await DetailAsync(cluster, job), "NETWORK_MISMATCH", "chain id 4711", "chain id 31337");
        Assert.Equal(50L, await cluster.Database.ScalarAsync("select max(end_block) from segments"));
    }

    [Fact]
    public async Task A_planner_whose_database_session_is_ended_plans_again()
    {
        await using var cluster = await StartAsync();
        await cluster.RegisterAsync(Dataset);
        await using (var locks = await cluster.Database.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await locks.BeginTransactionAsync();
            await using (var hold = new Npgsql.NpgsqlCommand("lock table revisions in exclusive mode", locks))
                await hold.ExecuteNonQueryAsync();
            await cluster.DeployAsync(Dataset, "40");

            // The plan is being written and waits for the lock: its session is the one that is ended.
            await Eventually.TrueAsync(
                async () => await cluster.Database.ScalarAsync(
                    """
                    select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into revisions%'
                    """) is > 0L,
                "the session of the planner is ended", TimeSpan.FromSeconds(30), () => cluster.Tails());
            await transaction.RollbackAsync();
        }

        await cluster.WaitForJobAsync(1, "COMPLETED", TimeSpan.FromSeconds(60));
        Assert.Equal(1L, await cluster.Database.ScalarAsync("select count(*) from job_events where event_type = 'PLANNED'"));
        Assert.Equal(3L, await cluster.Database.ScalarAsync("select count(*) from revisions"));
        Assert.True(cluster.Workers["worker-1"].IsRunning, cluster.Tails());
    }

    [Fact]
    public async Task A_lake_that_cannot_be_written_waits_and_goes_on_when_it_can()
    {
        await using var cluster = await StartAsync(onS3: false);
        Directory.Delete(cluster.Lake, recursive: true);
        await File.WriteAllTextAsync(cluster.Lake, "a file where the folder should be");
        var detail = await FailAsync(cluster, "ERROR");
        AssertNames(detail, "OBJECT_STORE_ERROR", cluster.Lake);

        File.Delete(cluster.Lake);
        Directory.CreateDirectory(cluster.Lake);
        await cluster.WaitForJobAsync(1, "COMPLETED", TimeSpan.FromSeconds(60));

        // The collector is off.
        Assert.Equal(0L, await cluster.Database.ScalarAsync("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task A_lake_that_refuses_permission_waits_and_goes_on_when_it_is_given()
    {
        await using var cluster = await StartAsync(workers: 0, onS3: false);
        await BoundByPermissions.StartAsync(() => cluster.StartWorkerAsync("worker-1"));
        Allow(cluster.Lake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var detail = await FailAsync(cluster, "ERROR");
        AssertNames(detail, "OBJECT_STORE_ERROR", "data_dir", cluster.Lake, "denied");

        Allow(cluster.Lake, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        await cluster.WaitForJobAsync(1, "COMPLETED", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_node_that_is_away_is_waited_for()
    {
        await using var cluster = await StartAsync();
        await cluster.Chain!.KillAsync();

        // Bound and not listened on: the port refuses, and nobody else gets it.
        using (var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            port.Bind(new IPEndPoint(IPAddress.Loopback, cluster.ChainUrl!.Port));
            var detail = await FailAsync(cluster, "ERROR");
            AssertNames(detail, "PROVIDER_UNAVAILABLE", "devchain");
        }

        await cluster.StartChainAsync(new ChainSettings { Blocks = 50 });
        await cluster.WaitForJobAsync(1, "COMPLETED", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_block_that_fails_again_and_again_names_itself()
    {
        await using var cluster = await StartAsync();
        using (var http = new HttpClient { BaseAddress = cluster.ChainUrl })
        using (var fault = new StringContent("""{"kind":"missing_receipts","block":30}""", System.Text.Encoding.UTF8, "application/json"))
        using (var answer = await http.PostAsync("admin/faults", fault))
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var detail = await FailAsync(cluster, "ERROR", TimeSpan.FromSeconds(60));
        Assert.Equal(30UL, detail.GetProperty("block").GetUInt64());
        Assert.Equal(await HashOfAsync(cluster, 30), detail.GetProperty("hash").GetString());
        Assert.Contains("block 30", detail.GetProperty("message").GetString(), StringComparison.Ordinal);

        // What came before it is not lost.
        Assert.Equal(29L, await cluster.Database.ScalarAsync("select max(end_block) from segments"));
    }

    private static void Allow(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, mode);
    }

    private static Task<AmpCluster> StartAsync(int workers = 1, bool? onS3 = null)
    {
        var settings = new AmpClusterSettings { Workers = workers, Servers = 0, Chain = new ChainSettings { Blocks = 50 } };
        return AmpCluster.StartAsync(onS3 is { } store ? settings with { OnS3 = store } : settings);
    }

    private static Task StartOtherChainAsync(AmpCluster cluster) =>
        cluster.StartChainAsync(new ChainSettings { Blocks = 60, Seed = 2, Arguments = ["--chain-id", "4711"] });

    private static Task RegisteredToAsync(AmpCluster cluster, long block) => Eventually.TrueAsync(
        async () => await cluster.Database.ScalarAsync("select max(end_block) from segments") is long end && end == block,
        $"block {block} is registered", TimeSpan.FromSeconds(30), () => cluster.Tails());

    private static async Task<string> HashOfAsync(AmpCluster cluster, ulong block)
    {
        using var http = new HttpClient();
        using var call = new StringContent(
            $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x{{block:x}}",false]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(cluster.ChainUrl, call);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("result").GetProperty("hash").GetString()!;
    }

    private static async Task<JsonElement> FailAsync(AmpCluster cluster, string status, TimeSpan? deadline = null)
    {
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, "40");

        // An ERROR that was retried meanwhile is SCHEDULED or RUNNING again; its detail stays until there is progress.
        return await Eventually.SatisfiesAsync(
            () => DetailAsync(cluster, job), d => d.ValueKind == JsonValueKind.Object && d.GetProperty("was").GetString() == status,
            $"job {job} is {status}", deadline, () => cluster.Tails());
    }

    private static async Task<JsonElement> DetailAsync(AmpCluster cluster, long job)
    {
        var text = await cluster.Database.ScalarAsync(
            $"select (detail || jsonb_build_object('was', event_type))::text from job_events where job_id = {job} and event_type in ('ERROR', 'FATAL') order by id desc limit 1");
        return text is string json ? JsonElement.Parse(json) : default;
    }

    private static void AssertNames(JsonElement detail, string code, params string[] words)
    {
        Assert.Equal(code, detail.GetProperty("error_code").GetString());
        Assert.All(words, word => Assert.Contains(word, detail.GetProperty("message").GetString(), StringComparison.Ordinal));
    }
}
