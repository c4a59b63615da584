using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amp.Shared.Options;

namespace Amp.TestKit.Stores;

/// <summary>A bucket of a test's own in the S3 server that the tests of this process share.</summary>
public sealed class TestBucket : IAsyncDisposable
{
    private static readonly SemaphoreSlim _starting = new(1, 1);
    private static CephGateway? _shared;

    private TestBucket(CephGateway gateway, string name)
    {
        Gateway = gateway;
        Name = name;
        Client = new AmazonS3Client(new BasicAWSCredentials(CephGateway.AccessKeyId, CephGateway.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = gateway.Url.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <summary>Never stop or kill it: others use it too.</summary>
    public CephGateway Gateway { get; }

    public string Name { get; }

    /// <summary>The SDK's own client, for what a test does beside the product.</summary>
    public AmazonS3Client Client { get; }

    public ObjectStorageSettings Settings => new(Gateway.Url, "us-east-1", CephGateway.AccessKeyId, CephGateway.SecretAccessKey, SessionToken: null);

    /// <summary>Makes one; skips the running test where there is no S3 server, fails it in CI.</summary>
    public static async Task<TestBucket> CreateAsync()
    {
        if (CephGateway.Lacks() is { } lacking)
            Missing.Skip(lacking);
        await _starting.WaitAsync();
        try
        {
            // Its guards stop it and delete its folder when the test process ends, in whatever way.
            _shared ??= await CephGateway.StartAsync();
        }
        finally
        {
            _starting.Release();
        }

        var bucket = new TestBucket(_shared, $"amp-{Guid.NewGuid():N}");
        await bucket.Client.PutBucketAsync(bucket.Name);
        return bucket;
    }

    /// <summary>The variables of a process that uses the bucket, by way of another address where one is given.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables(Uri? endpoint = null) =>
    [
        new("AWS_ENDPOINT_URL", (endpoint ?? Gateway.Url).ToString()),
        new("AWS_ALLOW_HTTP", "true"),
        new("AWS_ACCESS_KEY_ID", CephGateway.AccessKeyId),
        new("AWS_SECRET_ACCESS_KEY", CephGateway.SecretAccessKey),
    ];

    /// <summary>Everything in it, its unfinished uploads too.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var file in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name }).S3Objects)
            keys.Add(file.Key);
        keys.AddRange((await UploadsAsync()).Select(u => "unfinished: " + u.Key));
        return keys;
    }

    public async Task<IReadOnlyList<MultipartUpload>> UploadsAsync() =>
        (await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Name })).MultipartUploads ?? [];

    /// <summary>The server holds it in memory: what a test has read is let go.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var upload in await UploadsAsync())
            await Client.AbortMultipartUploadAsync(Name, upload.Key, upload.UploadId);
        foreach (var keys in (await KeysAsync()).Chunk(1000))
            await Client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Name, Objects = [.. keys.Select(k => new KeyVersion { Key = k })] });
        await Client.DeleteBucketAsync(Name);
        Client.Dispose();
    }
}
