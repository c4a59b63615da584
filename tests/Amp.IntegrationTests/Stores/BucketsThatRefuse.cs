using Amazon.S3.Model;
using Amp.LocalPostgres.Processes;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Amp.TestKit.Stores;

namespace Amp.IntegrationTests.Stores;

/// <summary>Whatever is wrong with a bucket is told by the name of what mends it, without a secret, and with whether waiting may help.</summary>
public sealed class BucketsThatRefuse : IAsyncLifetime
{
    private readonly string _spool = Directory.CreateTempSubdirectory("amp-spool-").FullName;
    private TestBucket _bucket = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bucket = await TestBucket.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_spool, recursive: true);
        if (_bucket is not null)
            await _bucket.DisposeAsync();
    }

    [Fact]
    public Task A_bucket_that_is_not_there() =>
        RefusedAsync("s3://no-such-bucket-of-ours", s => s, false, "there is no bucket 'no-such-bucket-of-ours'", "correct data_dir");

    [Fact]
    public Task A_key_that_is_not_known() => RefusedAsync(Root, s => s with { AccessKeyId = "NOBODY" }, false, "does not know the key of AWS_ACCESS_KEY_ID");

    [Fact]
    public Task A_secret_that_does_not_fit() =>
        RefusedAsync(Root, s => s with { SecretAccessKey = "planted-secret" }, false, "AWS_SECRET_ACCESS_KEY is not the secret of AWS_ACCESS_KEY_ID");

    [Fact]
    public async Task A_key_without_the_right()
    {
        await _bucket.Gateway.AdministerAsync("user", "create", $"--uid=other-{_bucket.Name}", "--display-name=Other", $"--access-key=O{_bucket.Name}", "--secret-key=planted-secret");
        await RefusedAsync(
            Root, s => s with { AccessKeyId = $"O{_bucket.Name}", SecretAccessKey = "planted-secret" }, false, "AWS_ACCESS_KEY_ID may not", $"in bucket '{_bucket.Name}'");
    }

    [Fact]
    public Task An_address_where_nobody_answers() => RefusedAsync(
        Root, s => s with { Endpoint = new Uri($"http://127.0.0.1:{LoopbackPorts.Free()}") }, true, "cannot be reached", "AWS_ENDPOINT_URL");

    [Fact]
    public async Task A_store_that_is_overloaded()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.Become(StoreFrontMood.Overloaded);
        await RefusedAsync(Root, s => s with { Endpoint = front.Url }, true, "503");
    }

    [Fact]
    public async Task A_bucket_that_is_full()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.Become(StoreFrontMood.IsFull);
        await RefusedAsync(Root, s => s with { Endpoint = front.Url }, true, $"bucket '{_bucket.Name}' is full", "raise the quota");
    }

    [Fact]
    public async Task A_bucket_of_another_region()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.Become(StoreFrontMood.IsElsewhere);
        await RefusedAsync(Root, s => s with { Endpoint = front.Url, Region = "eu-north-7" }, false, "is not in region 'eu-north-7'", "AWS_REGION");
    }

    [Fact]
    public async Task A_web_server_that_is_no_store()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.Become(StoreFrontMood.IsNoStore);
        await RefusedAsync(Root, s => s with { Endpoint = front.Url }, false, "404", "is it an S3 store");
        using var store = Open(Root, _bucket.Settings with { Endpoint = front.Url });
        await Assert.ThrowsAnyAsync<AmpException>(() => store.FindAsync("d/x.parquet", Cancellation));

        // A file that is not there is no fault of a store.
        front.Become(StoreFrontMood.HandsOn);
        Assert.Null(await store.FindAsync("d/x.parquet", Cancellation));
        Assert.Null(await store.ReadRangeAsync("d/x.parquet", 0, 10, Cancellation));
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_is_repeated()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        using var store = Open(Root, _bucket.Settings with { Endpoint = front.Url });
        var sending = WriteAsync(store, "d/large.parquet", 40 << 20);
        front.HoldAfter(5 << 20);
        while (!front.Holds && !sending.IsCompleted)
            await Task.Delay(10, Cancellation);
        front.Become(StoreFrontMood.HandsOn);
        front.HoldNothing();
        Assert.Equal(40 << 20, (await sending).Size);
        Assert.Equal(["d/large.parquet"], await _bucket.KeysAsync());
    }

    [Fact]
    public async Task A_large_file_that_cannot_be_sent_leaves_nothing_behind()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        using var store = Open(Root, _bucket.Settings with { Endpoint = front.Url });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var sending = WriteAsync(store, "d/large.parquet", 80 << 20, stop.Token);
        front.HoldAfter(30 << 20);
        while (!front.Holds && !sending.IsCompleted)
            await Task.Delay(10, Cancellation);
        Assert.Single(await _bucket.UploadsAsync());
        front.HoldNothing();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(await _bucket.KeysAsync());
        Assert.Empty(Directory.GetFiles(_spool));
    }

    [Fact]
    public async Task A_store_that_never_answers_is_given_up_and_nothing_is_left()
    {
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.HoldAfter(0);
        var impatient = new S3Patience { Request = TimeSpan.FromMilliseconds(500), Retries = 1 };
        await RefusedAsync(Open(Root, _bucket.Settings with { Endpoint = front.Url }, impatient), true, "cannot be reached", "AWS_ENDPOINT_URL");
        Assert.True(front.Accepted > 4);
        front.HoldNothing();
    }

    [Fact]
    public async Task An_answer_that_stops_coming_is_asked_for_again_and_at_last_given_up()
    {
        const int Size = 8 << 20;
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        using (var near = Open(Root, _bucket.Settings))
            await WriteAsync(near, "d/x.parquet", Size);
        var impatient = new S3Patience { Silence = TimeSpan.FromSeconds(1), Request = TimeSpan.FromSeconds(5), Retries = 1 };
        using var store = Open(Root, _bucket.Settings with { Endpoint = front.Url }, impatient);

        front.HoldAnswersAfter(1 << 20);
        using var target = new MemoryStream();
        var copying = store.CopyToAsync("d/x.parquet", target, expected: null, Cancellation);
        while (!front.HoldsAnswers && !copying.IsCompleted)
            await Task.Delay(10, Cancellation);
        var connections = front.Accepted;
        while (front.Accepted == connections && !copying.IsCompleted)
            await Task.Delay(10, Cancellation);
        front.HoldNothing();
        Assert.Equal(Size, (await copying)!.Size);
        Assert.Equal(Size, target.Length);
        Assert.True(front.Accepted > connections);

        front.HoldAnswersAfter(1 << 20);
        var fault = await Assert.ThrowsAsync<RetryableException>(() => store.CopyToAsync("d/x.parquet", new MemoryStream(), expected: null, Cancellation));
        Assert.Contains("cannot be reached to read", AmpException.Describe(fault), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_not_taken_for_a_name_that_is_taken()
    {
        // The request arrives, its answer does not: the next try finds the name taken, by ourselves.
        await using var front = StoreFront.Before(_bucket.Gateway.Url);
        front.LoseAnswers(1);
        using var store = Open(Root, _bucket.Settings with { Endpoint = front.Url });
        var file = await WriteAsync(store, "d/x.parquet", 1000);
        Assert.Equal(file, await store.FindAsync("d/x.parquet", Cancellation));
        Assert.True(front.LostAll);
    }

    [Fact]
    public async Task Foreign_keys_in_a_bucket_are_no_files_of_ours()
    {
        foreach (var key in (string[])["lake//x.parquet", "lake/../x.parquet", "lake/d/", "lake/d/.hidden", "lake/d/x.parquet"])
            await _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Name, Key = key, ContentBody = "x" });
        using var store = Open($"{Root}/lake", _bucket.Settings);
        var files = new List<string>();
        await foreach (var file in store.ListAsync(relativeFolder: null, recursive: true, Cancellation))
            files.Add(file.Path);
        Assert.Equal(["d/x.parquet"], files);
    }

    private string Root => $"s3://{_bucket.Name}";

    private Task RefusedAsync(string root, Func<ObjectStorageSettings, ObjectStorageSettings> change, bool mayRetry, params string[] told) =>
        RefusedAsync(Open(root, change(_bucket.Settings)), mayRetry, told);

    private async Task RefusedAsync(S3Store opened, bool mayRetry, params string[] told)
    {
        using var store = opened;
        var faults = new[]
        {
            await Assert.ThrowsAnyAsync<AmpException>(() => WriteAsync(store, "d/x.parquet", 10)),
            await Assert.ThrowsAnyAsync<AmpException>(async () => await store.ReadRangeAsync("d/x.parquet", 0, 10, Cancellation)),
            await Assert.ThrowsAnyAsync<AmpException>(async () => await store.ListAsync(null, recursive: true, Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync()),
            await Assert.ThrowsAnyAsync<AmpException>(() => store.DeleteAsync("d/x.parquet", Cancellation)),
        };
        foreach (var fault in faults)
        {
            var text = AmpException.Describe(fault);
            Assert.Equal(ErrorCode.ObjectStoreError, fault.Code);
            Assert.Contains($"data_dir is '{store.Root}'", text, StringComparison.Ordinal);
            Assert.All(told, t => Assert.Contains(t, text, StringComparison.Ordinal));
            Assert.Equal(mayRetry, fault.IsRetryable);
            Assert.DoesNotContain("planted-secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain(CephGateway.SecretAccessKey, text, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(_spool));
    }

    private S3Store Open(string root, ObjectStorageSettings settings, S3Patience? patience = null) => new(root, "data_dir", settings, _spool, TimeProvider.System, patience);

    private static async Task<StoredFile> WriteAsync(S3Store store, string path, int size, CancellationToken cancellationToken = default)
    {
        using var upload = store.OpenWrite(path);
        await File.WriteAllBytesAsync(upload.LocalPath, new byte[size], Cancellation);
        return await upload.PublishAsync(cancellationToken);
    }
}
