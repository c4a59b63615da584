using Amazon.S3.Model;
using Amp.Shared.Lake.Stores;
using Amp.TestKit.Stores;

namespace Amp.IntegrationTests.Stores;

public sealed class ABucket : EveryStore
{
    private readonly string _spool = Directory.CreateTempSubdirectory("amp-spool-").FullName;
    private TestBucket _bucket = null!;

    /// <summary>Five parts, the last of them short.</summary>
    protected override long LargeSize => (64L << 20) + 12_345;

    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(_spool, recursive: true);
        (Store as IDisposable)?.Dispose();
        if (_bucket is not null)
            await _bucket.DisposeAsync();
    }

    protected override async Task<IObjectStore> OpenAsync()
    {
        _bucket = await TestBucket.CreateAsync();

        // What lies beside the prefix is another's.
        await _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Name, Key = "some/prefixed", ContentBody = "of another" });
        return new S3Store($"s3://{_bucket.Name}/some/prefix", "data_dir", _bucket.Settings, _spool, TimeProvider.System);
    }

    [Fact]
    public async Task A_spool_that_was_deleted_is_made_again()
    {
        Directory.Delete(_spool, recursive: true);
        await WriteAsync("d/x.parquet", "whole");
        Assert.Equal("whole", await TextAsync("d/x.parquet"));
    }

    protected override async Task<IReadOnlyList<string>> EverythingAsync()
    {
        var keys = await _bucket.KeysAsync();
        Assert.Contains("some/prefixed", keys);
        return [.. keys.Where(k => k != "some/prefixed"), .. Directory.GetFiles(_spool)];
    }

    protected override async Task LeaveUnfinishedAsync(string path)
    {
        var key = $"some/prefix/{path}";
        var upload = await _bucket.Client.InitiateMultipartUploadAsync(_bucket.Name, key, Cancellation);
        await _bucket.Client.UploadPartAsync(
            new UploadPartRequest { BucketName = _bucket.Name, Key = key, UploadId = upload.UploadId, PartNumber = 1, InputStream = new MemoryStream(new byte[5 << 20]) }, Cancellation);
    }
}
