using Amp.Shared.Datasets;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;

namespace Amp.UnitTests.Lake;

/// <summary>What the lake keeps of its datasets beside their tables: the names are persisted, so they are frozen here.</summary>
public sealed class LakeManifestsTests : IDisposable
{
    private static readonly string _hash = new('a', 64);

    private readonly string _folder = Directory.CreateTempSubdirectory("amp-manifests-").FullName;

    [Fact]
    public async Task A_manifest_and_its_tags_are_kept_once()
    {
        var store = new FolderStore(_folder);
        var hash = ManifestHash.Parse(_hash);
        var since = DateTimeOffset.UnixEpoch.AddMicroseconds(17);
        for (var time = 0; time < 2; time++)
            await LakeManifests.KeepAsync(store, "n", "d", hash, [1, 2], [("dev", since), ("1.0.0-rc.1", since)], TestContext.Current.CancellationToken);

        var files = new List<string>();
        await foreach (var file in store.ListAsync(null, recursive: true, TestContext.Current.CancellationToken))
            files.Add(file.Path);
        Assert.Equal([$"n/d/.manifests/{_hash}.json", $"n/d/.manifests/{_hash}@1.0.0-rc.1@17", $"n/d/.manifests/{_hash}@dev@17"], files);
        Assert.Equal(new LakeManifest(files[0], "n", "d", hash, null, 0), LakeManifests.Parse(files[0]));
        Assert.Equal(new LakeManifest(files[1], "n", "d", hash, "1.0.0-rc.1", 17), LakeManifests.Parse(files[1]));
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(Path.Combine(_folder, files[0]), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_that_keep_the_same_at_one_moment_all_come_through()
    {
        var store = new FolderStore(_folder);
        var content = new byte[100_000];
        for (var round = 0; round < 5; round++)
        {
            var hash = ManifestHash.Of([(byte)round]);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
                () => LakeManifests.KeepAsync(store, "n", "d", hash, content, [("dev", DateTimeOffset.UnixEpoch)], TestContext.Current.CancellationToken))));
            Assert.Equal(content.Length, (await store.FindAsync($"n/d/.manifests/{hash}.json", TestContext.Current.CancellationToken))!.Size);
        }
    }

    [Theory]
    [InlineData("n/d/blocks/r/000000000-0123456789abcdef.parquet")]
    [InlineData("n/d/.manifests/readme.json")]
    [InlineData("n/d/.manifests/abc@1.0.0@17")]
    [InlineData("N/d/.manifests/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.json")]
    [InlineData("x/n/d/.manifests/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.json")]
    [InlineData("n/d/.manifests/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@1.0.0@-1")]
    public void Other_files_say_nothing_of_manifests(string path) => Assert.Null(LakeManifests.Parse(path));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
