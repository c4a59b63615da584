using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.UnitTests.Lake;

/// <summary>What is of a folder alone; the rest is in the suite that all stores pass.</summary>
public sealed class FolderStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"amp-store-{Guid.NewGuid():N}");

    private FolderStore Store => new(_folder);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_is_written_beside_its_place_and_leaves_nothing_there()
    {
        using var upload = Store.OpenWrite("ns/d/t/x.parquet");
        await File.WriteAllTextAsync(upload.LocalPath, "half", TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(_folder, "ns/d/t"), Path.GetDirectoryName(upload.LocalPath));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "ns/d/t"), "*.parquet"));
        await upload.PublishAsync(TestContext.Current.CancellationToken);
        Assert.Equal([Store.LocalPath("ns/d/t/x.parquet")], Directory.GetFiles(Path.Combine(_folder, "ns/d/t")));
    }

    [Fact]
    public async Task A_store_that_refuses_names_itself_and_its_setting_and_may_be_tried_again()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        var store = new FolderStore(Path.Combine(_folder, "file", "lake"), "providers_dir");
        var refused = Assert.Throws<RetryableException>(() => store.OpenWrite("d/x.parquet"));
        Assert.Equal(ErrorCode.ObjectStoreError, refused.Code);
        Assert.Contains(store.Root, refused.Message, StringComparison.Ordinal);
        Assert.Contains("providers_dir", refused.Message, StringComparison.Ordinal);
    }
}
