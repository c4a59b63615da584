using Amp.IntegrationTests.Ranges;
using Amp.Shared.Lake.Stores;
using Amp.TestKit;
using Amp.Worker.Housekeeping;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Merging;

/// <summary>A worker merges and collects only when its configuration says so.</summary>
public sealed class SwitchesAreHonoured : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amp-switches-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, 12L)]
    [InlineData(true, 3L)]
    public async Task Of_the_compactor(bool active, long segments)
    {
        await using var lake = await LakeAsync("compactor", active);
        using var run = lake.Run();
        using var compactor = new Compactor(lake.Jobs.Source, JobInDatabase.Worker("w1"), run, lake.Settings(), TimeProvider.System, NullLogger<Compactor>.Instance);
        await compactor.StartAsync(default);
        if (!active)
            await compactor.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => await lake.Jobs.AskAsync<long>("select count(*) from segments where retired_at is null") == segments, $"{segments} segments are live");
        await compactor.StopAsync(default);
    }

    [Theory]
    [InlineData(false, 15L)]
    [InlineData(true, 3L)]
    public async Task Of_the_collector(bool active, long segments)
    {
        await using var lake = await LakeAsync("collector", active);
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w1")));
        await lake.Jobs.ExecuteAsync("update segments set collect_at = now() where retired_at is not null");
        using var collector = new Collector(lake.Jobs.Source, lake.Orphans(), lake.Collector(), lake.Settings(), TimeProvider.System, NullLogger<Collector>.Instance);
        await collector.StartAsync(default);
        if (!active)
            await collector.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => await lake.Jobs.AskAsync<long>("select count(*) from segments") == segments, $"{segments} rows are there");
        await collector.StopAsync(default);
    }

    private Task<ExtractedLake> LakeAsync(string which, bool active) => ExtractedLake.CreateAsync(
        _ => new FolderStore(_folder), segments: 4,
        new Dictionary<string, string>(StringComparer.Ordinal) { [$"{which}.active"] = active ? "true" : "false", [$"{which}.min_interval"] = "0" });
}
