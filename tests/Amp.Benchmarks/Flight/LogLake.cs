using System.Globalization;
using Amp.Shared.Chain;
using Amp.Shared.Datasets;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Amp.Benchmarks.Flight;

/// <summary>A lake of one table, <c>bench/logs_only.logs</c>, in files of a million rows as workers write them, in a temporary folder.</summary>
internal sealed class LogLake : IAsyncDisposable
{
    private const int RowsPerFile = 999_900;
    private const int RowsPerBatch = 333_300;
    private const ulong BlocksPerFile = 3333;

    private LogLake(TestDatabase database, string root)
    {
        Database = database;
        Root = root;
    }

    public TestDatabase Database { get; }

    public string Root { get; }

    public static async Task<LogLake> CreateAsync(int files)
    {
        var lake = new LogLake(await TestDatabase.CreateAsync(), Directory.CreateTempSubdirectory("amp-bench-lake-").FullName);
        var rows = new LakeRows(lake.Database.DataSource);
        var manifest = new RawManifest(RawManifest.EvmRpc, "mainnet", 0, false, new Dictionary<string, RawTable>(StringComparer.Ordinal)
        {
            ["logs"] = new RawTable([.. LogBatches.Schema.FieldsList.Select(f => new ManifestField(f.Name, f.DataType, f.IsNullable))], "mainnet"),
        });
        var hash = await rows.AddDatasetAsync("bench", "logs_only", manifest, "1.0.0", "dev");
        const string Folder = "bench/logs_only/logs/revision";
        Directory.CreateDirectory(Path.Combine(lake.Root, Folder));
        var revision = await rows.AddRevisionAsync("bench", "logs_only", hash, "logs", Folder);
        var batches = new LogBatches(seed: 7);
        var previous = Hash32.Zero;
        for (var file = 0; file < files; file++)
        {
            var start = (ulong)file * BlocksPerFile;
            var name = string.Create(CultureInfo.InvariantCulture, $"{start:D9}-{file:x16}.parquet");
            var path = Path.Combine(lake.Root, Folder, name);
            Write(path, batches, start);
            var end = Hash32.Parse("0x" + (file + 1).ToString("x64", CultureInfo.InvariantCulture));
            await rows.AddSegmentAsync(revision, name, start, start + BlocksPerFile - 1, end, previous, RowsPerFile, size: new FileInfo(path).Length);
            previous = end;
        }

        return lake;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private static void Write(string path, LogBatches batches, ulong start)
    {
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Zstd).CompressionLevel(1).MaxRowGroupLength(1_048_576).EnableStatistics().Build();
        using var writer = new FileWriter(path, LogBatches.Schema, properties);
        for (var row = 0; row < RowsPerFile; row += RowsPerBatch)
        {
            using var batch = batches.Next(start + (ulong)(row / 300), RowsPerBatch);
            writer.WriteRecordBatch(batch);
        }

        writer.Close();
    }
}
