using Amazon.S3;
using Amazon.S3.Model;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake.Stores;

/// <summary>A file under construction on this machine's disk, sent when it is whole.</summary>
/// <remarks>
/// Written to disk first and not sent in parts as it grows: a segment's last hash goes into its footer when it closes, a broken transfer is
/// repeated without reading a block again, an unfinished segment costs the store nothing, and memory holds no part at all, however many
/// segments are open. The price is disk: what is open and not yet sent.
/// </remarks>
internal sealed class S3Upload(S3Store store, string relativePath, string localPath) : LakeUpload(relativePath, localPath)
{
    /// <summary>Above this a file is sent in parts: a break costs a part, not the file.</summary>
    public const long MaxSinglePut = 64L << 20;

    private const long LeastPart = 16L << 20;

    // S3 allows 10,000.
    private const long MostParts = 9_000;

    private const int PartsAtOnce = 3;

    // Marks the object as of this upload: after an answer that was lost, that is how we know it for ours.
    private const string Mark = "amp-upload";

    private readonly string _mark = Guid.NewGuid().ToString("N");

    protected override Task<StoredFile> PublishOnceAsync(CancellationToken cancellationToken) => store.GuardAsync(
        async () =>
        {
            var size = new FileInfo(LocalPath).Length;
            var etag = size <= MaxSinglePut ? await PutAsync(size, cancellationToken) : await PutPartsAsync(size, cancellationToken);
            TryDeleteLocal();
            return new StoredFile(RelativePath, size, etag);
        },
        "write a file", cancellationToken);

    protected override void DeleteLocal() => TryDeleteLocal();

    /// <summary>A copy that cannot be deleted now goes when the worker starts next.</summary>
    private void TryDeleteLocal()
    {
        try
        {
            File.Delete(LocalPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is at hand is more worth telling.
        }
    }

    /// <summary>One conditional request: the store itself sees to it that nothing is replaced.</summary>
    private async Task<string?> PutAsync(long size, CancellationToken cancellationToken)
    {
        var (client, bucket, key) = store.Target(RelativePath);
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            FilePath = LocalPath,
            IfNoneMatch = "*",
            UseChunkEncoding = false,
            ContentType = "application/octet-stream",
        };
        request.Metadata[Mark] = _mark;
        try
        {
            var answer = await client.PutObjectAsync(request, cancellationToken);
            return S3Store.Unquoted(answer.ETag);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsTaken(e))
        {
            return await OwnAsync(size, cancellationToken) ?? throw Taken(e);
        }
    }

    /// <summary>
    /// In parts. Ceph 16 takes no condition on the completion and would replace a file; so the name is looked for before it, and what is left is the
    /// chance that a second writer of the same 64 random bits completes between the two requests. Stores that know the condition refuse that too.
    /// </summary>
    private async Task<string?> PutPartsAsync(long size, CancellationToken cancellationToken)
    {
        var (client, bucket, key) = store.Target(RelativePath);
        if (await store.HeadAsync(RelativePath, cancellationToken) is not null)
            throw Taken(cause: null);
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = "application/octet-stream" };
        begin.Metadata[Mark] = _mark;
        var upload = (await client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        try
        {
            var parts = await SendPartsAsync(upload, size, cancellationToken);
            if (await store.HeadAsync(RelativePath, cancellationToken) is not null)
                throw Taken(cause: null);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts, IfNoneMatch = "*" }, cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsNoUpload(e))
        {
            // It was completed by a request whose answer was lost, or taken away under our hands.
            return await OwnAsync(size, cancellationToken) ?? throw Taken(e);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsTaken(e))
        {
            await TryAbortAsync(key, upload);
            return await OwnAsync(size, cancellationToken) ?? throw Taken(e);
        }
        catch
        {
            await TryAbortAsync(key, upload);
            throw;
        }

        return await OwnAsync(size, cancellationToken) ?? throw Taken(cause: null);
    }

    private async Task<List<PartETag>> SendPartsAsync(string upload, long size, CancellationToken cancellationToken)
    {
        var (client, bucket, key) = store.Target(RelativePath);
        var partSize = Math.Max(LeastPart, (size / MostParts) + 1);
        var parts = new PartETag[(int)((size + partSize - 1) / partSize)];
        var options = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, options, async (i, token) =>
        {
            var offset = i * partSize;
            var answer = await client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = i + 1,
                    FilePath = LocalPath,
                    FilePosition = offset,
                    PartSize = Math.Min(partSize, size - offset),
                    UseChunkEncoding = false,
                },
                token);
            parts[i] = new PartETag(i + 1, answer.ETag);
        });
        return [.. parts];
    }

    /// <summary>The version of the object when it is of this upload and whole; null when it is another's.</summary>
    private async Task<string?> OwnAsync(long size, CancellationToken cancellationToken) =>
        await store.HeadAsync(RelativePath, cancellationToken) is { } head && head.ContentLength == size && head.Metadata[Mark] == _mark
            ? S3Store.Unquoted(head.ETag)
            : null;

    private async Task TryAbortAsync(string key, string upload)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await store.AbortAsync(key, upload, patience.Token);
        }
        catch (Exception e) when (e is AmpException or OperationCanceledException)
        {
            // The store is away: the collector drops the upload. The fault at hand is the one to tell.
        }
    }

    private RetryableException Taken(Exception? cause) =>
        new(ErrorCode.ObjectStoreError, $"'{store.Root}/{RelativePath}' exists already, or was taken away while it was written: it is not replaced", cause);
}
