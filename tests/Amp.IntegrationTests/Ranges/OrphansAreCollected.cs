using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.Worker.Housekeeping;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Ranges;

public sealed class OrphansAreCollected : IAsyncLifetime
{
    private readonly string _folder = TestFolder.Create("amp-orphans-");
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _jobs.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true, 2000, true, true)]
    [InlineData(true, 2000, false, false)]
    [InlineData(true, 1000, true, false)]
    [InlineData(false, 2000, true, false)]
    public async Task An_upload_is_collected_when_its_lease_is_gone_and_it_is_old_and_the_collector_is_on(bool active, int age, bool leaseIsGone, bool collected)
    {
        var (lease, file) = await AnnounceAsync(age);
        await File.WriteAllTextAsync(file, "half a segment");
        if (leaseIsGone)
            Assert.True(await RangeWrites.ReleaseAsync(_jobs.Source, lease, default));

        await Collector(active).CollectAsync(default);

        Assert.Equal(!collected, File.Exists(file));
        Assert.Equal(collected ? 0L : 1L, await _jobs.AskAsync<long>("select count(*) from announced_uploads where collected_at is null"));
    }

    [Fact]
    public async Task What_a_worker_that_hung_publishes_after_the_collection_goes_a_day_later()
    {
        var (lease, file) = await AnnounceAsync(age: 2000);
        Assert.True(await RangeWrites.ReleaseAsync(_jobs.Source, lease, default));
        var collector = Collector(active: true);
        await collector.CollectAsync(default);

        // The worker wakes, and is killed before it hears that its lease is gone.
        await File.WriteAllTextAsync(file, "a segment");
        await _jobs.ExecuteAsync("update announced_uploads set collected_at = now() - interval '23 hours'");
        await collector.CollectAsync(default);
        Assert.True(File.Exists(file));
        await _jobs.ExecuteAsync("update announced_uploads set collected_at = now() - interval '25 hours'");
        await collector.CollectAsync(default);
        Assert.False(File.Exists(file));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task What_was_begun_a_day_ago_and_is_not_announced_is_dropped_and_nothing_else()
    {
        var job = await _jobs.PlanAsync();
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segments = await _jobs.SegmentsAsync(job, 0, 9);
        var announced = (segments[0].RevisionId, segments[0].FileName);
        await RangeWrites.AnnounceAsync(_jobs.Source, lease, [announced], default);
        var path = await _jobs.AskAsync<string>($"select path from revisions where id = {announced.RevisionId}");
        var store = new FolderStore(_folder);
        string Begun(string name, TimeSpan ago)
        {
            var file = store.OpenWrite($"{path}/{name}").LocalPath;
            File.WriteAllText(file, "half a segment");
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime - ago);
            return file;
        }

        var ours = Begun(announced.FileName, TimeSpan.FromHours(30));
        var dead = Begun(SegmentFileName.New(100), TimeSpan.FromHours(25));
        var young = Begun(SegmentFileName.New(200), TimeSpan.FromHours(23));
        await Collector(active: false).CollectAsync(default);
        Assert.True(File.Exists(dead));
        await Collector(active: true).CollectAsync(default);
        Assert.Equal((true, false, true), (File.Exists(ours), File.Exists(dead), File.Exists(young)));
    }

    /// <summary>One upload, so many seconds ago; its file is for the test to write.</summary>
    private async Task<(RangeLease Lease, string File)> AnnounceAsync(int age)
    {
        var job = await _jobs.PlanAsync();
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segment = (await _jobs.SegmentsAsync(job, 0, 9))[0];
        await RangeWrites.AnnounceAsync(_jobs.Source, lease, [(segment.RevisionId, segment.FileName)], default);
        await _jobs.ExecuteAsync($"update announced_uploads set announced_at = now() - interval '{age} seconds'");
        var path = await _jobs.AskAsync<string>($"select path from revisions where id = {segment.RevisionId}");
        var file = Path.Combine(_folder, path, segment.FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return (lease, file);
    }

    private OrphanCollector Collector(bool active)
    {
        var settings = SettingsLoader.Load(new SettingsRequest
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["AMP_CONFIG_METADATA_DB__URL"] = _jobs.ConnectionString,
                ["AMP_CONFIG_DATA_DIR"] = _folder,
                ["AMP_CONFIG_WRITER__COLLECTOR__ACTIVE"] = active ? "true" : "false",
            },
            CurrentFolder = _folder,
        });
        return new OrphanCollector(_jobs.Source, new FolderStore(settings.DataDir), settings, TimeProvider.System, NullLogger<OrphanCollector>.Instance);
    }
}
