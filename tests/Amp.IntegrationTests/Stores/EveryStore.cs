using System.Security.Cryptography;
using System.Text;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;

namespace Amp.IntegrationTests.Stores;

/// <summary>What a store promises, held against each that we have.</summary>
public abstract class EveryStore : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IObjectStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A size that this store handles otherwise than small files.</summary>
    protected abstract long LargeSize { get; }

    protected abstract Task<IObjectStore> OpenAsync();

    /// <summary>All that lies in the store, what is unfinished too.</summary>
    protected abstract Task<IReadOnlyList<string>> EverythingAsync();

    /// <summary>Begins a file and leaves it, as a killed process does.</summary>
    protected abstract Task LeaveUnfinishedAsync(string path);

    [Fact]
    public async Task Nothing_is_seen_before_the_file_is_published_and_all_of_it_after()
    {
        using var upload = Store.OpenWrite("ns/d/t/x.parquet");
        await File.WriteAllTextAsync(upload.LocalPath, "half", Cancellation);
        Assert.Empty(await ListAsync("ns/d/t"));
        Assert.Null(await Store.FindAsync("ns/d/t/x.parquet", Cancellation));

        var published = await upload.PublishAsync(Cancellation);
        Assert.Equal(("ns/d/t/x.parquet", 4L), (published.Path, published.Size));
        Assert.Equal(published, await Store.FindAsync("ns/d/t/x.parquet", Cancellation));
        Assert.Equal([published], await ListAsync("ns/d/t"));
        Assert.Equal("half", await TextAsync("ns/d/t/x.parquet"));
        Assert.False(File.Exists(upload.LocalPath));
    }

    [Fact]
    public async Task A_published_file_is_never_replaced()
    {
        await WriteAsync("d/x.parquet", "first");
        using (var second = Store.OpenWrite("d/x.parquet"))
        {
            await File.WriteAllTextAsync(second.LocalPath, "second", Cancellation);
            var refused = await Assert.ThrowsAnyAsync<AmpException>(() => second.PublishAsync(Cancellation));
            Assert.Equal(ErrorCode.ObjectStoreError, refused.Code);
            Assert.Contains("exists already", AmpException.Describe(refused), StringComparison.Ordinal);
        }

        Assert.Equal("first", await TextAsync("d/x.parquet"));
        Assert.Single(await EverythingAsync());
    }

    [Fact]
    public async Task Of_many_writers_of_one_name_one_wins()
    {
        var uploads = Enumerable.Range(0, 16).Select(_ => Store.OpenWrite("d/x.parquet")).ToArray();

        // Of a folder, all of them are one file under construction: the names of segments are random.
        if (uploads.Select(u => u.LocalPath).Distinct().Count() == 1)
            return;
        foreach (var (upload, i) in uploads.Select((u, i) => (u, i)))
            await File.WriteAllTextAsync(upload.LocalPath, $"writer {i:D2}", Cancellation);
        var ends = await Task.WhenAll(uploads.Select(async u =>
        {
            try
            {
                return await u.PublishAsync(Cancellation) is not null;
            }
            catch (AmpException)
            {
                return false;
            }
        }));
        Assert.Single(ends, e => e);
        Assert.Equal($"writer {Array.IndexOf(ends, true):D2}", await TextAsync("d/x.parquet"));
        foreach (var upload in uploads)
            upload.Dispose();
    }

    [Fact]
    public async Task What_is_not_published_is_dropped()
    {
        string local;
        using (var upload = Store.OpenWrite("d/x.parquet"))
        {
            local = upload.LocalPath;
            await File.WriteAllTextAsync(local, "half", Cancellation);
        }

        Assert.False(File.Exists(local));
        Assert.Empty(await EverythingAsync());
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        await WriteAsync("d/empty", "");
        Assert.Equal(0, (await Store.FindAsync("d/empty", Cancellation))!.Size);
        Assert.Equal("", await TextAsync("d/empty"));
        Assert.Empty((await Store.ReadRangeAsync("d/empty", 0, 10, Cancellation))!);
    }

    [Fact]
    public async Task A_large_file_comes_back_byte_by_byte_and_is_never_replaced()
    {
        var hash = await WriteLargeAsync("d/large.parquet");
        Assert.Equal(LargeSize, (await Store.FindAsync("d/large.parquet", Cancellation))!.Size);
        Assert.Equal(hash, await HashAsync("d/large.parquet"));
        await Assert.ThrowsAnyAsync<AmpException>(() => WriteLargeAsync("d/large.parquet"));
        Assert.Equal(hash, await HashAsync("d/large.parquet"));
        Assert.Single(await EverythingAsync());
    }

    [Fact]
    public async Task Parts_are_read_and_end_where_the_file_ends()
    {
        await WriteAsync("d/x", "0123456789");
        Assert.Equal("234", Encoding.UTF8.GetString((await Store.ReadRangeAsync("d/x", 2, 3, Cancellation))!));
        Assert.Equal("89", Encoding.UTF8.GetString((await Store.ReadRangeAsync("d/x", 8, 100, Cancellation))!));
        Assert.Empty((await Store.ReadRangeAsync("d/x", 10, 5, Cancellation))!);
        Assert.Empty((await Store.ReadRangeAsync("d/x", 3, 0, Cancellation))!);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Store.FindAsync("d/none", Cancellation));
        Assert.Null(await Store.ReadRangeAsync("d/none", 0, 10, Cancellation));
        using var target = new MemoryStream();
        Assert.Null(await Store.CopyToAsync("d/none", target, expected: null, Cancellation));
        Assert.Empty(await ListAsync("d"));
    }

    [Fact]
    public async Task Lists_are_of_a_folder_in_order_and_shallow_or_deep()
    {
        foreach (var path in (string[])["d/b", "d/a", "d/sub/c", "dd/x", "top"])
            await WriteAsync(path, path);
        Assert.Equal(["d/a", "d/b", "d/sub/c"], (await ListAsync("d", recursive: true)).Select(f => f.Path));
        Assert.Equal(["d/a", "d/b"], (await ListAsync("d")).Select(f => f.Path));
        Assert.Equal(["top"], (await ListAsync(null)).Select(f => f.Path));
        Assert.Equal(["d/a", "d/b", "d/sub/c", "dd/x", "top"], (await ListAsync(null, recursive: true)).Select(f => f.Path));
        Assert.All(await ListAsync(null, recursive: true), f => Assert.Equal(f.Path.Length, f.Size));
    }

    [Fact]
    public async Task Lists_are_longer_than_a_page()
    {
        const int files = 1_050;
        await Parallel.ForAsync(0, files, Cancellation, async (i, _) => await WriteAsync($"many/{i:D5}", "x"));
        Assert.Equal(Enumerable.Range(0, files).Select(i => $"many/{i:D5}"), (await ListAsync("many")).Select(f => f.Path));
    }

    [Fact]
    public async Task Deleting_takes_the_half_done_file_too_and_may_be_repeated()
    {
        await WriteAsync("d/x.parquet", "whole");
        await WriteAsync("d/x.parquet.of-another", "whole");
        var half = "d/" + SegmentFileName.New(1);
        await LeaveUnfinishedAsync(half);
        await LeaveUnfinishedAsync(half + ".of-another");
        foreach (var path in (string[])["d/x.parquet", half, "d/x.parquet", "nowhere/x.parquet"])
            await Store.DeleteAsync(path, Cancellation);
        Assert.Equal(2, (await EverythingAsync()).Count);
        Assert.All(await EverythingAsync(), f => Assert.Contains("of-another", f, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_begun_long_ago_is_taken_away_by_its_age_alone()
    {
        await WriteAsync("d/x.parquet", "whole");
        var (segment, manifest) = ("n/d/t/r/" + SegmentFileName.New(7), "n/d/.manifests/x.json");
        await LeaveUnfinishedAsync(segment);
        await LeaveUnfinishedAsync(manifest);
        Assert.Equal(0, await Store.DropUnfinishedAsync(TimeSpan.FromHours(1), new HashSet<string>(), Cancellation));
        Assert.Equal(1, await Store.DropUnfinishedAsync(TimeSpan.FromHours(-1), new HashSet<string>([segment]), Cancellation));
        Assert.Equal(2, (await EverythingAsync()).Count);
        Assert.Equal(1, await Store.DropUnfinishedAsync(TimeSpan.FromHours(-1), new HashSet<string>(["d/x.parquet"]), Cancellation));
        Assert.Equal("whole", await TextAsync("d/x.parquet"));
        Assert.Single(await EverythingAsync());
    }

    [Fact]
    public async Task What_others_have_begun_in_the_same_store_is_left_alone_however_old_it_is()
    {
        foreach (var path in (string[])["backup/of-another.bin", "n/d/t/r/notes.parquet", "x.json"])
            await LeaveUnfinishedAsync(path);
        var before = await EverythingAsync();
        Assert.Equal(0, await Store.DropUnfinishedAsync(TimeSpan.FromHours(-1), new HashSet<string>(), Cancellation));
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task Many_that_write_the_same_manifest_leave_one_whole_and_nothing_half()
    {
        var path = "n/d/.manifests/x.json";
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Cancellation, async (_, ct) =>
        {
            try
            {
                using var upload = Store.OpenWrite(path);
                await File.WriteAllTextAsync(upload.LocalPath, "the same bytes", ct);
                await upload.PublishAsync(ct);
            }
            catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
            {
                // Another was first.
            }
        });
        Assert.Equal("the same bytes", await TextAsync(path));
        Assert.Single(await EverythingAsync());
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
    public async Task No_path_leads_out_of_the_store(string path)
    {
        Assert.Equal(ErrorCode.ObjectStoreError, Assert.Throws<AmpException>(() => Store.OpenWrite(path)).Code);
        await Assert.ThrowsAsync<AmpException>(() => Store.FindAsync(path, Cancellation));
        await Assert.ThrowsAsync<AmpException>(() => Store.ReadRangeAsync(path, 0, 1, Cancellation));
        await Assert.ThrowsAsync<AmpException>(() => Store.DeleteAsync(path, Cancellation));
    }

    [Theory]
    [InlineData("with space/a+b=c.parquet")]
    [InlineData("ünï/çødé.parquet")]
    [InlineData("a%2Fb/%.parquet")]
    [InlineData("_/eth-mainnet/quo'te/x;y&z.parquet")]
    public async Task Names_are_kept_as_they_are(string path)
    {
        await WriteAsync(path, "x");
        Assert.Equal([path], (await ListAsync(null, recursive: true)).Select(f => f.Path));
        Assert.Equal("x", await TextAsync(path));
        await Store.DeleteAsync(path, Cancellation);
        Assert.Empty(await EverythingAsync());
    }

    protected async Task WriteAsync(string path, string text)
    {
        using var upload = Store.OpenWrite(path);
        await File.WriteAllTextAsync(upload.LocalPath, text, Cancellation);
        await upload.PublishAsync(Cancellation);
    }

    protected async Task<List<StoredFile>> ListAsync(string? folder, bool recursive = false)
    {
        var files = new List<StoredFile>();
        await foreach (var file in Store.ListAsync(folder, recursive, Cancellation))
            files.Add(file);
        return files;
    }

    protected async Task<string> WriteLargeAsync(string path)
    {
        using var upload = Store.OpenWrite(path);
        await using (var file = File.Create(upload.LocalPath))
        {
            var block = RandomNumberGenerator.GetBytes(1 << 20);
            for (var written = 0L; written < LargeSize; written += block.Length)
            {
                BitConverter.TryWriteBytes(block, written);
                await file.WriteAsync(block.AsMemory(0, (int)Math.Min(block.Length, LargeSize - written)), Cancellation);
            }
        }

        string hash;
        await using (var file = File.OpenRead(upload.LocalPath))
            hash = Convert.ToHexString(await SHA256.HashDataAsync(file, Cancellation));
        await upload.PublishAsync(Cancellation);
        return hash;
    }

    protected async Task<string> TextAsync(string path)
    {
        using var target = new MemoryStream();
        var copied = await Store.CopyToAsync(path, target, expected: null, Cancellation);
        Assert.Equal(await Store.FindAsync(path, Cancellation), copied);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private async Task<string> HashAsync(string path)
    {
        var local = Path.GetTempFileName();
        try
        {
            await using var target = new FileStream(local, FileMode.Create, FileAccess.ReadWrite);
            await Store.CopyToAsync(path, target, expected: null, Cancellation);
            target.Position = 0;
            return Convert.ToHexString(await SHA256.HashDataAsync(target, Cancellation));
        }
        finally
        {
            File.Delete(local);
        }
    }
}
