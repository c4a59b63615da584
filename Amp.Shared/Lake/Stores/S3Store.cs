using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Polly;
using Polly.Retry;

namespace Amp.Shared.Lake.Stores;

/// <summary>A store in a bucket that is reached as S3 is.</summary>
public sealed class S3Store : IObjectStore, IDisposable
{
    private const int BufferBytes = 128 * 1024;

    // The SDK repeats requests, but not the reading of an answer that breaks off.
    private const int Rereads = 3;

    private readonly AmazonS3Client _client;
    private readonly S3Faults _faults;
    private readonly string? _spool;
    private readonly TimeProvider _time;
    private readonly S3Patience _patience;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly ResiliencePipeline _reread;
    private volatile bool _isStore;

    /// <param name="address"><c>s3://bucket/prefix</c>, resolved.</param>
    /// <param name="setting">The key that says so, for messages.</param>
    /// <param name="settings">How the bucket is reached.</param>
    /// <param name="spool">Folder for files under construction; null for a process that writes none.</param>
    /// <param name="time">Tells how old unfinished uploads are, and waits between two tries.</param>
    /// <param name="patience">How long it is waited for; null = as usual.</param>
    public S3Store(string address, string setting, ObjectStorageSettings settings, string? spool, TimeProvider time, S3Patience? patience = null)
    {
        Root = address;
        (_bucket, var prefix) = StoreAddress.Split(address);
        _prefix = prefix.Length == 0 ? "" : prefix + "/";
        _patience = patience ?? new S3Patience();
        _client = S3Connection.Open(settings, _patience);
        _faults = new S3Faults(setting, address, settings);
        _spool = spool;
        _time = time;
        _reread = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Rereads,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder().Handle<BrokenAnswerException>(),
            })
            .Build();
    }

    public string Root { get; }

    public LakeUpload OpenWrite(string relativePath)
    {
        var name = Path.GetFileName(LakePath.Check(relativePath));
        var spool = _spool ?? throw new InvalidOperationException("This process writes nothing to the store: it has no spool.");
        // It may have been deleted since the start.
        Directory.CreateDirectory(spool);
        return new S3Upload(this, relativePath, Path.Join(spool, $"{Guid.NewGuid():N}-{name}"));
    }

    public Task<StoredFile?> FindAsync(string relativePath, CancellationToken cancellationToken) => GuardAsync<StoredFile?>(
        async () => await HeadAsync(relativePath, cancellationToken) is { } head ? new StoredFile(relativePath, head.ContentLength, Unquoted(head.ETag)) : null,
        "look for a file", cancellationToken);

    public Task<byte[]?> ReadRangeAsync(string relativePath, long offset, int count, CancellationToken cancellationToken) => GuardAsync(
        () => RereadAsync<byte[]?>(
            async token =>
            {
                if (count == 0)
                    return [];
                var request = new GetObjectRequest { BucketName = _bucket, Key = Key(relativePath), ByteRange = new ByteRange(offset, offset + count - 1) };
                using var target = new MemoryStream();
                try
                {
                    using var answer = await _client.GetObjectAsync(request, token);
                    await CopyAsync(answer.ResponseStream, target, token);
                    return target.ToArray();
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return [];
                }
            },
            cancellationToken),
        "read", cancellationToken);

    public Task<StoredFile?> CopyToAsync(string relativePath, Stream target, StoredFile? expected, CancellationToken cancellationToken) => GuardAsync(
        () => RereadAsync<StoredFile?>(
            async token =>
            {
                target.Position = 0;
                using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = Key(relativePath) }, token);
                var found = new StoredFile(relativePath, answer.ContentLength, Unquoted(answer.ETag));
                if (!found.Is(expected))
                    return found;
                await CopyAsync(answer.ResponseStream, target, token);
                if (target.Position != found.Size)
                    throw new BrokenAnswerException($"'{relativePath}' has {found.Size} bytes, {target.Position} came", cause: null);
                target.SetLength(found.Size);
                return found;
            },
            cancellationToken),
        "read", cancellationToken);

    public async IAsyncEnumerable<StoredFile> ListAsync(string? relativeFolder, bool recursive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = relativeFolder is null ? _prefix : Key(relativeFolder) + "/", Delimiter = recursive ? null : "/" };
        do
        {
            var page = await GuardAsync(() => _client.ListObjectsV2Async(request, cancellationToken), "list", cancellationToken);

            // A name that ends with '/' marks a folder in the console of a store; one that is no path of ours is nobody's segment.
            foreach (var file in page.S3Objects ?? [])
            {
                var path = file.Key[_prefix.Length..];
                if (LakePath.IsValid(path) && !Path.GetFileName(path).StartsWith('.'))
                    yield return new StoredFile(path, file.Size ?? 0, Unquoted(file.ETag));
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task DeleteAsync(string relativePath, CancellationToken cancellationToken)
    {
        var key = Key(relativePath);
        await GuardAsync(() => _client.DeleteObjectAsync(_bucket, key, cancellationToken), "delete", cancellationToken);
        await foreach (var upload in UploadsAsync(key, cancellationToken))
        {
            if (string.Equals(upload.Key, key, StringComparison.Ordinal))
                await AbortAsync(upload.Key, upload.UploadId, cancellationToken);
        }
    }

    public async Task<int> DropUnfinishedAsync(TimeSpan age, IReadOnlySet<string> except, CancellationToken cancellationToken)
    {
        var before = (_time.GetUtcNow() - age).UtcDateTime;
        var dropped = 0;
        AmpException? refused = null;
        await foreach (var upload in UploadsAsync(_prefix, cancellationToken))
        {
            var path = upload.Key[_prefix.Length..];
            if (upload.Initiated is not { } begun || begun.ToUniversalTime() > before || !LakePath.IsOurs(path) || except.Contains(path))
                continue;
            try
            {
                await AbortAsync(upload.Key, upload.UploadId, cancellationToken);
                dropped++;
            }
            catch (AmpException e)
            {
                // It holds up no other.
                refused ??= e;
            }
        }

        return refused is null ? dropped : throw refused;
    }

    public void Dispose() => _client.Dispose();

    internal (AmazonS3Client Client, string Bucket, string Key) Target(string relativePath) => (_client, _bucket, Key(relativePath));

    internal static string? Unquoted(string? etag) => etag?.Trim('"');

    internal async Task<GetObjectMetadataResponse?> HeadAsync(string relativePath, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetObjectMetadataAsync(_bucket, Key(relativePath), cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissing(e))
        {
            await RequireStoreAsync(cancellationToken);
            return null;
        }
    }

    internal async Task<T> GuardAsync<T>(Func<Task<T>> act, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (S3Faults.IsOfStore(e, cancellationToken))
        {
            throw _faults.Of(e, what);
        }
    }

    internal Task AbortAsync(string key, string uploadId, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            try
            {
                await _client.AbortMultipartUploadAsync(_bucket, key, uploadId, cancellationToken);
            }
            catch (AmazonS3Exception e) when (S3Faults.IsMissing(e))
            {
                // Another has taken it away, or it was completed meanwhile.
            }

            return true;
        },
        "drop an upload", cancellationToken);

    private async Task<T?> RereadAsync<T>(Func<CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return await _reread.ExecuteAsync(async token => await read(token), cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissing(e))
        {
            await RequireStoreAsync(cancellationToken);
            return null;
        }
    }

    /// <summary>Any web server says that a file is not there; only a store that has the bucket can list it.</summary>
    private async Task RequireStoreAsync(CancellationToken cancellationToken)
    {
        if (_isStore)
            return;
        await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix, MaxKeys = 1 }, cancellationToken);
        _isStore = true;
    }

    private async IAsyncEnumerable<MultipartUpload> UploadsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = _bucket, Prefix = prefix };
        while (true)
        {
            var page = await GuardAsync(() => _client.ListMultipartUploadsAsync(request, cancellationToken), "list uploads", cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
                yield return upload;
            if (page.IsTruncated != true)
                yield break;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    private async Task CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            silence.CancelAfter(_patience.Silence);
            int read;
            try
            {
                read = await source.ReadAsync(buffer, silence.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new BrokenAnswerException($"nothing came for {_patience.Silence.TotalSeconds} s", e);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw new BrokenAnswerException("the answer broke off", e);
            }

            if (read == 0)
                return;
            await WriteAsync(target, buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>A fault of our own disk is none of the store.</summary>
    private static async Task WriteAsync(Stream target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await target.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException e)
        {
            throw new RetryableException(ErrorCode.ResourcesExhausted, "a file of the store cannot be copied to a disk of this machine", e);
        }
    }

    private string Key(string relativePath) => _prefix + LakePath.Check(relativePath);

    /// <summary>What began to come and did not come to its end: the SDK does not ask again.</summary>
    private sealed class BrokenAnswerException(string message, Exception? cause) : IOException(message, cause);
}
