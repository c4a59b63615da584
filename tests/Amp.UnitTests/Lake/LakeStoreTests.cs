using Amp.Shared.Faults;
using Amp.Shared.Lake;

namespace Amp.UnitTests.Lake;

public sealed class LakeStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"amp-store-{Guid.NewGuid():N}");

    private LakeStore Store => new(_folder);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Nothing_is_seen_before_the_file_is_published()
    {
        using var upload = Store.OpenWrite("ns/d/t/x.parquet");
        File.WriteAllText(upload.LocalPath, "half");
        Assert.Empty(Store.List("ns/d/t"));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "ns/d/t"), "*.parquet"));
        Assert.Equal(4, upload.Publish());
        Assert.Equal([new LakeFile("ns/d/t/x.parquet", 4)], Store.List("ns/d/t"));
        Assert.Equal("half", File.ReadAllText(Store.LocalPath("ns/d/t/x.parquet")));
    }

    [Fact]
    public void A_published_file_is_never_replaced()
    {
        Write("d/x.parquet", "first");
        using (var second = Store.OpenWrite("d/x.parquet"))
        {
            File.WriteAllText(second.LocalPath, "second");
            var refused = Assert.Throws<RetryableException>(() => second.Publish());
            Assert.Equal(ErrorCode.ObjectStoreError, refused.Code);
        }

        Assert.Equal("first", File.ReadAllText(Store.LocalPath("d/x.parquet")));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "d")));
    }

    [Fact]
    public void What_is_not_published_is_dropped()
    {
        using (var upload = Store.OpenWrite("d/x.parquet"))
            File.WriteAllText(upload.LocalPath, "half");
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "d")));
    }

    [Fact]
    public void Deleting_takes_the_half_done_file_too_and_may_be_repeated()
    {
        Write("d/x.parquet", "whole");
        var upload = Store.OpenWrite("d/y.parquet");
        File.WriteAllText(upload.LocalPath, "half");
        foreach (var name in new[] { "d/x.parquet", "d/y.parquet", "d/x.parquet", "nowhere/x.parquet" })
            Store.Delete(name);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "d")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a\\..\\b")]
    [InlineData("a/\u0000")]
    public void No_path_leads_out_of_the_lake(string path) =>
        Assert.Equal(ErrorCode.ObjectStoreError, Assert.Throws<AmpException>(() => Store.LocalPath(path)).Code);

    [Fact]
    public void A_store_that_refuses_names_itself_and_may_be_tried_again()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var store = new LakeStore(Path.Combine(_folder, "file", "lake"));
        var refused = Assert.Throws<RetryableException>(() => store.OpenWrite("d/x.parquet"));
        Assert.Equal(ErrorCode.ObjectStoreError, refused.Code);
        Assert.Contains(store.Root, refused.Message, StringComparison.Ordinal);
    }

    private void Write(string path, string text)
    {
        using var upload = Store.OpenWrite(path);
        File.WriteAllText(upload.LocalPath, text);
        upload.Publish();
    }
}
