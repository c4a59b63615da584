using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Amp.Shared.Lake.Stores;
using Amp.TestKit.Stores;

namespace Amp.Benchmarks.Stores;

/// <summary>A large file to a bucket of a real S3 server and back, beside the same file from disk to disk; and what memory that takes.</summary>
[BenchmarkCommand("bucket", "a large file to a bucket and back: MB/s, peak memory [MB]")]
internal static class BucketThroughput
{
    private const int Rounds = 3;

    public static async Task RunAsync(string[] args)
    {
        var size = (args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 512) << 20;
        var folder = Directory.CreateTempSubdirectory("amp-bench-bucket-").FullName;
        try
        {
            await using var bucket = await TestBucket.CreateAsync();
            using var store = new S3Store($"s3://{bucket.Name}", "data_dir", bucket.Settings, Path.Combine(folder, "spool"), TimeProvider.System);
            var source = Path.Combine(folder, "source");
            await FillAsync(source, size);
            await MeasureAsync(store, folder, source, "warm", 1 << 20);
            var before = Process.GetCurrentProcess().PeakWorkingSet64;
            for (var round = 0; round < Rounds; round++)
                await MeasureAsync(store, folder, source, string.Create(CultureInfo.InvariantCulture, $"d/{round}.parquet"), size);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"resident at most {before / 1e6:F0} MB before the large files, {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB after"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(S3Store store, string folder, string source, string path, long size)
    {
        using var upload = store.OpenWrite(path);
        var start = Stopwatch.GetTimestamp();
        await using (var from = File.OpenRead(source))
        await using (var to = File.Create(upload.LocalPath))
        {
            await from.CopyToAsync(to);
            to.SetLength(size);
        }

        var copied = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        await upload.PublishAsync(default);
        var sent = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        await using (var back = new FileStream(Path.Combine(folder, "back"), FileMode.Create, FileAccess.ReadWrite))
            await store.CopyToAsync(path, back, expected: null, default);
        var fetched = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {size / 1e6:F0} MB sent at {size / 1e6 / sent.TotalSeconds:F0} MB/s, fetched at {size / 1e6 / fetched.TotalSeconds:F0} MB/s, from disk to disk {size / 1e6 / copied.TotalSeconds:F0} MB/s"));
    }

    private static async Task FillAsync(string path, long size)
    {
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        await using var file = File.Create(path);
        for (var written = 0L; written < size; written += block.Length)
            await file.WriteAsync(block);
    }
}
