using Amp.ScenarioTests.Faults;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Servers;
using Amp.TestKit.Stores;

namespace Amp.ScenarioTests.ObjectStorage;

/// <summary>Whole stories over a real S3 server: what goes in comes out, whatever happens on the way.</summary>
public sealed class TheLakeInABucket
{
    private const ulong Last = 6_000;

    [Fact]
    public async Task What_the_chain_has_comes_back_over_both_wires()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { OnS3 = true });
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        var cluster = faulty.Cluster;

        using var flight = new FlightCalls(cluster.Servers[0].Flight);
        var rows = await flight.QueryAsync($"select count(*) as n, max(block_num) as last from \"{FaultyCluster.Dataset}\".blocks");
        Assert.Contains($"{Last + 1}", Assert.Single(rows.Rows), StringComparison.Ordinal);

        // A second server begins with an empty disk.
        var second = await cluster.StartServerAsync();
        Assert.Equal(Last + 1, (await cluster.QueryAsync($"select count(distinct hash) as n from \"{FaultyCluster.Dataset}\".blocks", second))[0].GetProperty("n").GetUInt64());

        Assert.Empty(Directory.EnumerateFileSystemEntries(cluster.Lake));
        Assert.Empty(SpooledFiles(cluster));
        Assert.Contains("s3://", cluster.DataDir, StringComparison.Ordinal);
        var location = (await cluster.GetAsync("/locations")).GetProperty("locations")[0];
        Assert.StartsWith(cluster.DataDir + "/test/eth/", location.GetProperty("url").GetString(), StringComparison.Ordinal);
        var id = (await cluster.GetAsync("/files?dataset=test/eth")).GetProperty("files")[0].GetProperty("id").GetInt64();
        var file = await cluster.GetAsync($"/files/{id}");
        Assert.StartsWith(cluster.DataDir + "/test/eth/", file.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal(32, file.GetProperty("object_e_tag").GetString()!.Length);
    }

    [Fact]
    public async Task Manifests_and_providers_lie_there_too()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { OnS3 = true, Workers = 1, Controllers = 0, Chain = new ChainSettings { Blocks = 50 } });
        await PutAsync(cluster.Bucket!, "manifests/test/eth@1.0.0.json", """{"kind":"evm-rpc","network":"elsewhere","start_block":0,"finalized_blocks_only":false,"tables":{}}""");
        await PutAsync(cluster.Bucket!, "manifests/test/broken.json", "{");
        await PutAsync(cluster.Bucket!, "providers/node.toml", $"kind = \"evm-rpc\"\nnetwork = \"elsewhere\"\nurl = \"{cluster.ChainUrl}\"\n");
        await using var restarted = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            OnS3 = true,
            Workers = 1,
            Chain = null,
            Config = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["providers_dir"] = $"s3://{cluster.Bucket!.Name}/providers",
                ["manifests_dir"] = $"s3://{cluster.Bucket.Name}/manifests",
            },
        });

        Assert.Equal("test", (await restarted.GetAsync("/datasets")).GetProperty("datasets")[0].GetProperty("namespace").GetString());
        Assert.Contains("test/broken.json", restarted.Controllers[0].Process.Log, StringComparison.Ordinal);
        Assert.Equal("node", (await restarted.GetAsync("/providers")).GetProperty("providers")[0].GetProperty("name").GetString());
        var job = await restarted.DeployAsync("test/eth@1.0.0", "50");
        await restarted.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromSeconds(60));
        Assert.Equal(51UL, (await restarted.QueryAsync("select count(distinct hash) as n from \"test/eth\".blocks"))[0].GetProperty("n").GetUInt64());
    }

    [Fact]
    public async Task A_worker_is_killed_while_its_file_is_on_the_way()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { OnS3 = true, StoreFront = true, Workers = 1, Controllers = 1 });
        await faulty.WorksAsync("worker-1");
        var front = faulty.Cluster.Front!;
        front.HoldAfter(50_000);
        await Eventually.TrueAsync(() => front.Holds, "a transfer stands still in its midst", details: () => faulty.Cluster.Tails());
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where node_id = 'worker-1')", "the file is announced");
        await faulty.KillAsync("worker-1");
        front.HoldNothing();

        await faulty.Cluster.StartWorkerAsync("worker-2");
        await faulty.ReleasedAsync("worker-1");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        Assert.Empty(SpooledFiles(faulty.Cluster));
    }

    [Theory]
    [InlineData(StoreFrontMood.Refuses, "let it read, write, list and delete")]
    [InlineData(StoreFrontMood.Overloaded, "status 503, SlowDown")]
    public async Task The_store_refuses_for_a_while_and_the_job_goes_on_after_it(StoreFrontMood mood, string told)
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { OnS3 = true, StoreFront = true });
        await faulty.WorksAsync("worker-1");
        faulty.Cluster.Front!.Become(mood);
        await faulty.HoldsAsync(
            $"(select status = 'ERROR' and detail ->> 'error_code' = 'OBJECT_STORE_ERROR' from jobs where id = {faulty.Job})", "the job is in ERROR", TimeSpan.FromMinutes(2));
        var detail = (await faulty.Cluster.GetAsync($"/jobs/{faulty.Job}/progress")).GetProperty("detail").GetProperty("message").GetString();
        Assert.Contains(told, detail, StringComparison.Ordinal);
        Assert.Contains(faulty.Cluster.DataDir, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(CephGateway.SecretAccessKey, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(CephGateway.SecretAccessKey, faulty.Cluster.Tails(1000), StringComparison.Ordinal);

        faulty.Cluster.Front.Become(StoreFrontMood.HandsOn);
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    private static IEnumerable<string> SpooledFiles(AmpCluster cluster) =>
        Directory.EnumerateDirectories(cluster.CacheDir, "worker-*").SelectMany(Directory.EnumerateFiles).Where(f => Path.GetFileName(f) != "lock");

    private static Task PutAsync(TestBucket bucket, string key, string text) =>
        bucket.Client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket.Name, Key = key, ContentBody = text });
}
