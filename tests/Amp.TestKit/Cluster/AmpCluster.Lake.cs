using Amp.Shared.Lake.Stores;
using Amp.TestKit.Stores;

namespace Amp.TestKit.Cluster;

/// <summary>The lake of a cluster, in a folder or in a bucket.</summary>
public sealed partial class AmpCluster
{
    private const string Prefix = "lake";

    /// <summary>The bucket; null where the lake is a folder.</summary>
    public TestBucket? Bucket { get; private set; }

    /// <summary>What stands before the bucket's server; only with <see cref="AmpClusterSettings.StoreFront"/>.</summary>
    public StoreFront? Front { get; private set; }

    /// <summary>What <c>data_dir</c> says.</summary>
    public string DataDir => Bucket is { } bucket ? $"s3://{bucket.Name}/{Prefix}" : Lake;

    /// <summary>Where services keep files of a bucket on this machine.</summary>
    public string CacheDir => Path.Combine(Folder, "cache");

    /// <summary>Every file of the lake's tables, what is under construction too, relative to its root.</summary>
    public async Task<IReadOnlyList<string>> FilesAsync() => [.. (await AllFilesAsync()).Where(f => !f.Contains("/.manifests/", StringComparison.Ordinal))];

    private async Task<IReadOnlyList<string>> AllFilesAsync()
    {
        if (Bucket is null)
            return [.. Directory.EnumerateFiles(Lake, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Lake, f))];
        return [.. (await Bucket.KeysAsync()).Select(k => k.StartsWith(Prefix + "/", StringComparison.Ordinal) ? k[(Prefix.Length + 1)..] : k)];
    }

    /// <summary>Where the bytes of a file can be read on this machine.</summary>
    public async Task<string> LocalFileAsync(string path)
    {
        if (Bucket is null)
            return Path.Combine(Lake, path);
        var local = Path.Combine(Folder, "read", path);
        Directory.CreateDirectory(Path.GetDirectoryName(local)!);
        using var store = new S3Store(DataDir, "data_dir", Bucket.Settings, spool: null, TimeProvider.System);
        await using var file = File.Create(local);
        await store.CopyToAsync(path, file, expected: null, default);
        return local;
    }

    private async Task OpenBucketAsync()
    {
        Bucket = await TestBucket.CreateAsync();
        if (_settings.StoreFront)
            Front = StoreFront.Before(Bucket.Gateway.Url);
    }

    private async Task CloseBucketAsync()
    {
        if (Front is not null)
            await Front.DisposeAsync();
        if (Bucket is not null)
            await Bucket.DisposeAsync();
    }
}
