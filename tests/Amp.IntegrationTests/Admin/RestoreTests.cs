using System.Text.Json.Nodes;
using Amp.Controller.Restoring;
using Amp.IntegrationTests.Lake;
using Amp.IntegrationTests.Stores;
using Amp.Shared.Datasets;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.TestKit;
using Amp.TestKit.Stores;

namespace Amp.IntegrationTests.Admin;

/// <summary>What lies in the lake and no row names is registered; nothing there is changed, and what does not belong there is told.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Dataset = "test/eth";
    private const string Restore = "/datasets/test/eth/versions/1.0.0/restore";

    private RunningController _controller = null!;
    private string _hash = null!;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        _hash = await _controller.RegisterAsync("test", "eth", "1.0.0", network: "devnet");
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_controller.Folder, "data");

    [Fact]
    public async Task A_dataset_is_restored_from_its_newest_folders_once()
    {
        using var older = await WriteAsync(10, "0190-old", _hash);
        using var newer = await WriteAsync(20, "0191-new", _hash);
        using var other = await WriteAsync(30, "0192-of-another-version", new string('b', 64));

        var answer = await _controller.PostAsync(Restore, "");
        Assert.True(answer.Status == 202, answer.Text);
        var tables = answer.Json["tables"]!.AsArray();
        Assert.Equal(["blocks", "logs", "transactions"], tables.Select(t => t!["table_name"]!.GetValue<string>()));
        Assert.All(tables, t => Assert.EndsWith("/0191-new", t!["url"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.All(tables, t => Assert.Equal((1, 1, 0), (t!["total_files"]!.GetValue<int>(), t["registered_files"]!.GetValue<int>(), t["problems"]!.AsArray().Count)));

        var files = (await _controller.GetAsync($"/files?dataset={Dataset}")).Json["files"]!.AsArray();
        Assert.Equal(newer.Segments.Select(s => s.FileName).Order(StringComparer.Ordinal), files.Select(f => f!["file_name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        foreach (var segment in newer.Segments)
        {
            var listed = files.Single(f => f!["file_name"]!.GetValue<string>() == segment.FileName)!;
            Assert.Equal(segment.ObjectSize, listed["object_size"]!.GetValue<long>());
            Assert.Equal(segment.Hash.ToString(), listed["ranges"]![0]!["hash"]!.GetValue<string>());
            var detail = (await _controller.GetAsync($"/files/{listed["id"]}")).Json["metadata"]!;
            Assert.Equal(segment.RowCount, detail["row_count"]!.GetValue<long>());
            Assert.StartsWith("1970-01-01T00:00:05", detail["created_at"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var again = (await _controller.PostAsync(Restore, "")).Json["tables"]!.AsArray();
        Assert.All(again, t => Assert.Equal((1, 0), (t!["total_files"]!.GetValue<int>(), t["registered_files"]!.GetValue<int>())));
        Assert.Equal(3L, await AskAsync("select count(*) from segments"));
        Assert.Equal(3L, await AskAsync("select count(*) from revisions where active"));
    }

    [Fact]
    public async Task What_does_not_belong_there_is_told_and_left_alone()
    {
        using var written = await WriteAsync(10, "r", _hash);
        using var elsewhere = await WriteAsync(10, "r", _hash, dataset: "other/chain");
        var folder = Path.Combine(Data, "test", "eth", "blocks", "r");
        var foreign = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["notes.txt"] = "does not end as a Parquet file does",
            ["half.parquet"] = "cut off",
            ["logs.parquet"] = "the table 'logs'",
            ["bare.parquet"] = "it has no key nozzle_metadata",
            ["huge.parquet"] = "numbers below 2^63 are needed",
            ["zzz.parquet"] = "does not end as a Parquet file does",
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine");
        var whole = await File.ReadAllBytesAsync(written.PathOf("blocks"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "half.parquet"), whole[..(whole.Length / 2)]);
        File.Copy(written.PathOf("logs"), Path.Combine(folder, "logs.parquet"));
        await BareParquetAsync(Path.Combine(folder, "bare.parquet"));
        await File.WriteAllTextAsync(Path.Combine(folder, "zzz.parquet"), "the last by its name");
        var huge = new SegmentFooterRange(ulong.MaxValue - 1, ulong.MaxValue, "devnet", default, default, 1);
        await BareParquetAsync(Path.Combine(folder, "huge.parquet"), new SegmentFooter("blocks", "huge.parquet", DateTimeOffset.UnixEpoch, [huge], null, [], 0));

        var blocks = (await _controller.PostAsync(Restore, "")).Json["tables"]!.AsArray().Single(t => t!["table_name"]!.GetValue<string>() == "blocks")!;
        Assert.Equal(1, blocks["registered_files"]!.GetValue<int>());
        var problems = blocks["problems"]!.AsArray().ToDictionary(p => p!["file"]!.GetValue<string>(), p => p!["reason"]!.GetValue<string>(), StringComparer.Ordinal);
        Assert.Equal(foreign.Keys.Order(StringComparer.Ordinal), problems.Keys.Order(StringComparer.Ordinal));
        Assert.All(foreign, f => Assert.Contains(f.Value, problems[f.Key], StringComparison.Ordinal));
        Assert.All(foreign.Keys, f => Assert.True(File.Exists(Path.Combine(folder, f))));

        // In a bucket the same files are told in the same words.
        await using var bucket = await TestBucket.CreateAsync();
        foreach (var file in Directory.GetFiles(folder))
            await bucket.Client.PutObjectAsync(new() { BucketName = bucket.Name, Key = $"lake/test/eth/blocks/r/{Path.GetFileName(file)}", FilePath = file, UseChunkEncoding = false }, Ct);
        await bucket.Client.PutObjectAsync(new() { BucketName = bucket.Name, Key = "lake/test/eth/blocks/r/../r/up.parquet", ContentBody = "a path of no file system" }, Ct);
        var keys = await bucket.KeysAsync();
        using var store = new S3Store($"s3://{bucket.Name}/lake", "data_dir", bucket.Settings, spool: null, TimeProvider.System);
        var there = await RevisionFolder.ReadAsync(store, "test/eth/blocks/r", "blocks", "devnet", Ct);
        Assert.Equal(problems, there.Problems.ToDictionary(p => p.File, p => p.Reason, StringComparer.Ordinal));
        Assert.Equal(written.Segments[0].FileName, Assert.Single(there.Files).Name);
        Assert.Equal(keys, await bucket.KeysAsync());
    }

    [Fact]
    public async Task What_a_store_lists_late_is_missed_in_the_verification_and_comes_with_the_next_restoration()
    {
        using var first = await WriteAsync(10, "r", _hash);
        using var second = await WriteAsync(20, "r", _hash);
        var late = second.Segments.Select(s => s.FileName).ToHashSet(StringComparer.Ordinal);
        var store = new MisbehavingStore(new FolderStore(Data)) { ListsLate = path => late.Contains(Path.GetFileName(path)) };
        var restore = new LakeRestore(_controller.Database.DataSource, store);
        var dataset = await DatasetReading.ResolveAsync(_controller.Database.DataSource, DatasetReference.Parse("test/eth@1.0.0"), Ct);

        Assert.All(await restore.RestoreAsync(dataset, ["blocks", "transactions", "logs"], location: null, Ct), t => Assert.Equal(1, t.Registered));
        var report = await _controller.VerifyAsync("test/eth/versions/1.0.0");
        Assert.False(report["whole"]!.GetValue<bool>());
        var problems = report["tables"]!.AsArray().SelectMany(t => t!["problems"]!.AsArray()).ToList();
        Assert.Equal(late.Order(StringComparer.Ordinal), problems.Select(p => p!["file"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(problems, p => Assert.Contains("restore", p!["mend"]!.GetValue<string>(), StringComparison.Ordinal));

        store.ListsLate = _ => false;
        Assert.All(await restore.RestoreAsync(dataset, ["blocks", "transactions", "logs"], location: null, Ct), t => Assert.Equal(1, t.Registered));
        Assert.True((await _controller.VerifyAsync("test/eth/versions/1.0.0"))["whole"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Two_files_that_claim_the_same_blocks_are_one_chain_and_the_verification_counts_the_other()
    {
        using var written = await WriteAsync(10, "r", _hash);
        File.Copy(written.PathOf("blocks"), Path.Combine(Data, "test", "eth", "blocks", "r", SegmentFileName.New(0)));
        var blocks = (await _controller.PostAsync(Restore, "")).Json["tables"]!.AsArray().Single(t => t!["table_name"]!.GetValue<string>() == "blocks")!;
        Assert.Equal((2, 0), (blocks["registered_files"]!.GetValue<int>(), blocks["problems"]!.AsArray().Count));
        var report = await _controller.VerifyAsync("test/eth/versions/1.0.0");
        Assert.True(report["whole"]!.GetValue<bool>(), report.ToJsonString());
        Assert.Equal([1, 0, 0], report["tables"]!.AsArray().OrderBy(t => t!["table_name"]!.GetValue<string>(), StringComparer.Ordinal).Select(t => t!["superseded_count"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_file_from_the_future_is_no_newer_than_now_and_one_of_this_version_has_its_columns()
    {
        using var written = await WriteAsync(10, "r", _hash, createdAt: TimeProvider.System.GetUtcNow().AddYears(3));
        using var other = await WriteAsync(10, "o", new string('b', 64), dataset: "test/other");
        await _controller.RegisterAsync("test", "other", "1.0.0", network: "devnet", startBlock: 1);
        Assert.Equal(202, (await _controller.PostAsync(Restore, "")).Status);
        Assert.Equal(3L, await AskAsync("select count(*) from segments where created_at <= now() and is_of_version"));
        Assert.Equal(200, (await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"test/other@1.0.0","path":"test/other/logs/o"}""")).Status);
        var id = await AskAsync("select max(id) from revisions");
        Assert.Equal(200, (await _controller.PostAsync($"/revisions/{id}/restore", "")).Status);
        Assert.Equal(1L, await AskAsync("select count(*) from segments where not is_of_version"));
    }

    [Fact]
    public async Task Blocks_of_another_network_are_told()
    {
        var mainnet = await _controller.RegisterAsync("test", "mainnet", "1.0.0", network: "mainnet");
        using var written = await WriteAsync(10, "r", mainnet, dataset: "test/mainnet");
        var tables = (await _controller.PostAsync("/datasets/test/mainnet/versions/1.0.0/restore", "")).Json["tables"]!.AsArray();
        Assert.All(tables, t => Assert.Equal(0, t!["registered_files"]!.GetValue<int>()));
        Assert.All(tables, t => Assert.Contains("network 'devnet', the dataset's network is 'mainnet'", t!["problems"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_worker_has_announced_is_that_workers_and_what_was_retired_stays_so()
    {
        using var written = await WriteAsync(10, "r", _hash);
        Assert.Equal(202, (await _controller.PostAsync(Restore, "")).Status);
        var blocks = written.Segments[0].FileName;
        var logs = written.Segments[2].FileName;
        await RunAsync($"update segments set retired_at = now() where file_name = '{logs}'");
        await RunAsync($"with gone as (delete from segments where file_name = '{blocks}' returning revision_id) insert into announced_uploads (revision_id, file_name, range_id, epoch, node_id) select revision_id, '{blocks}', 1, 1, 'w' from gone");

        var tables = (await _controller.PostAsync(Restore, "")).Json["tables"]!.AsArray();
        Assert.All(tables, t => Assert.Equal(0, t!["registered_files"]!.GetValue<int>()));
        Assert.Equal(0L, await AskAsync($"select count(*) from segments where file_name = '{blocks}'"));
        Assert.Equal(1L, await AskAsync("select count(*) from segments where retired_at is null"));
    }

    [Fact]
    public async Task One_table_is_restored_from_the_location_that_is_named()
    {
        using var written = await WriteAsync(10, "elsewhere", new string('b', 64), dataset: "moved/away");
        var created = await _controller.PostAsync("/revisions", """{"table_name":"logs","dataset":"test/eth@1.0.0","path":"moved/away/logs/elsewhere/"}""");
        Assert.True(created.Status == 200, created.Text);
        var id = created.Json["location_id"]!.GetValue<long>();
        var restored = await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/tables/logs/restore", $$"""{"location_id":{{id}}}""");
        Assert.True(restored.Status == 200, restored.Text);
        Assert.Equal((id, 1), (restored.Json["location_id"]!.GetValue<long>(), restored.Json["registered_files"]!.GetValue<int>()));
        Assert.True((await _controller.GetAsync($"/revisions/{id}")).Json["active"]!.GetValue<bool>());

        (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/tables/blocks/restore", $$"""{"location_id":{{id}}}""")).IsError(400, "INVALID_PAYLOAD", "'logs'");
        (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/tables/blocks/restore", """{"location_id":999}""")).IsError(404, "LOCATION_NOT_FOUND", "999");
        (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/tables/blocks/restore", "")).IsError(404, "LOCATION_NOT_FOUND", "blocks", "test/eth");
        (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/tables/traces/restore", "")).IsError(404, "TABLE_NOT_FOUND", "traces");
        (await _controller.PostAsync("/datasets/test/nothing/versions/1.0.0/restore", "")).IsError(404, "DATASET_NOT_FOUND");
    }

    [Fact]
    public async Task The_lake_of_another_system_is_restored()
    {
        var lake = Path.Combine(Path.GetDirectoryName(SharedData.File("README.md"))!, "lake", "_");
        Directory.CreateSymbolicLink(Path.Combine(Data, "_"), lake);
        await _controller.RegisterAsync("_", "eth_rpc", "1.0.0", startBlock: 15_000_000, network: "mainnet");
        var tables = (await _controller.PostAsync("/datasets/_/eth_rpc/versions/1.0.0/restore", "")).Json["tables"]!.AsArray();
        Assert.All(tables, t => Assert.Equal((1, 0), (t!["registered_files"]!.GetValue<int>(), t["problems"]!.AsArray().Count)));
        Assert.Equal("blocks 1,logs 719,transactions 348", await AskAsync(
            "select string_agg(r.table_name || ' ' || s.row_count, ',' order by r.table_name) from segments s join revisions r on r.id = s.revision_id where r.active"));
    }

    [Fact]
    public async Task A_verification_tells_what_is_wrong_and_what_mends_it()
    {
        const string Version = "test/eth/versions/1.0.0";
        var none = await _controller.VerifyAsync(Version);
        Assert.False(none["whole"]!.GetValue<bool>());
        Assert.All(none["tables"]!.AsArray(), t => Assert.Contains("no revision", t!["problems"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal));

        using var written = await WriteAsync(10, "r", _hash);
        Assert.Equal(202, (await _controller.PostAsync(Restore, "")).Status);
        var whole = await _controller.VerifyAsync(Version);
        Assert.True(whole["whole"]!.GetValue<bool>(), whole.ToJsonString());
        Assert.All(whole["tables"]!.AsArray(), t => Assert.Equal("""{"start":0,"end":9}""", t!["blocks"]!.ToJsonString()));

        // One of each kind: a file is gone, one is another, one is nobody's, the catalogue says more than the file, blocks are missing, and do not link.
        string FileOf(string table) => Path.Combine(Data, "test", "eth", table, "r", Path.GetFileName(written.PathOf(table)));
        File.Delete(FileOf("blocks"));
        await using (var logs = new FileStream(FileOf("logs"), FileMode.Open))
        {
            logs.Seek(-1, SeekOrigin.End);
            logs.WriteByte((byte)'X');
        }

        await File.WriteAllTextAsync(Path.Combine(Data, "test", "eth", "logs", "r", "foreign.parquet"), "x");
        await RunAsync("update segments s set row_count = row_count + 1, end_block = 8 from revisions r where r.id = s.revision_id and r.table_name = 'transactions'");
        await RunAsync("insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash) select id, 'far.parquet', 1, 'devnet', 20, 29, decode(repeat('0a', 32), 'hex'), decode(repeat('0b', 32), 'hex') from revisions where table_name = 'blocks'");
        var report = await _controller.VerifyAsync(Version);
        Assert.False(report["whole"]!.GetValue<bool>());
        Assert.Equal("the tables end at different blocks: blocks at 9, logs at 9, transactions at 8", report["problems"]![0]!["reason"]!.GetValue<string>());
        var problems = report["tables"]!.AsArray().SelectMany(t => t!["problems"]!.AsArray().Select(p => $"{t["table_name"]}: {p!["file"]} {p["reason"]}")).ToList();
        string[] expected =
        [
            "blocks: .* the blocks 10 to 19 are in no file",
            "blocks: .* the blocks 20 to 29 are there and do not link",
            "blocks: .*far.parquet it is registered, and not in the lake",
            $"blocks: {Path.GetFileName(written.PathOf("blocks"))} it is registered, and not in the lake",
            $"logs: {Path.GetFileName(written.PathOf("logs"))} .*does not end as a Parquet file does",
            "logs: foreign.parquet no row names it",
            "transactions: .*the last block is 9 by its footer, 8 was registered; the number of rows is",
        ];
        Assert.All(expected, e => Assert.Matches(e, string.Join('\n', problems.Where(p => System.Text.RegularExpressions.Regex.IsMatch(p, e)))));
        Assert.All(report["tables"]!.AsArray().SelectMany(t => t!["problems"]!.AsArray()), p => Assert.NotEmpty(p!["mend"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Tables_that_end_on_two_branches_are_told()
    {
        using var written = await WriteAsync(10, "r", _hash);
        Assert.Equal(202, (await _controller.PostAsync(Restore, "")).Status);
        await RunAsync("update segments set hash = sha256('another branch') from revisions r where r.id = revision_id and r.table_name = 'logs'");
        var report = await _controller.VerifyAsync("test/eth/versions/1.0.0");
        Assert.False(report["whole"]!.GetValue<bool>());
        Assert.Contains("of different branches of the chain: blocks at 0x", Assert.Single(report["problems"]!.AsArray())!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_files_restores_nothing()
    {
        await RunAsync($"insert into revisions (namespace, name, manifest_hash, table_name, path) values ('test', 'eth', '{_hash}', 'blocks', 'test/eth/blocks/file')");
        Directory.CreateDirectory(Path.Combine(Data, "test", "eth", "blocks", "file"));
        var id = await AskAsync("select max(id) from revisions");
        var empty = await _controller.PostAsync($"/revisions/{id}/restore", "");
        Assert.Equal("""{"total_files":0,"registered_files":0,"problems":[]}""", empty.Text);
    }

    /// <summary>Puts tables that a worker wrote into the controller's lake.</summary>
    private async Task<WrittenTables> WriteAsync(ulong blocks, string folder, string? manifestHash, string dataset = Dataset, DateTimeOffset? createdAt = null)
    {
        var written = await WrittenTables.WriteAsync(blocks, manifestHash: manifestHash, createdAt: createdAt);
        foreach (var table in (string[])["blocks", "transactions", "logs"])
        {
            var target = Path.Combine(Data, dataset, table, folder);
            Directory.CreateDirectory(target);
            File.Copy(written.PathOf(table), Path.Combine(target, Path.GetFileName(written.PathOf(table))));
        }

        return written;
    }

    /// <param name="footer">What it says of itself; null = nothing.</param>
    private static async Task BareParquetAsync(string path, SegmentFooter? footer = null)
    {
        await using var duck = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using var command = duck.CreateCommand();
        var keyValues = footer is null ? "" : $", kv_metadata {{{string.Join(", ", footer.ToKeyValues().Select(kv => $"{kv.Key}: '{kv.Value}'"))}}}";
        command.CommandText = $"copy (select 1 as a) to '{path}' (format parquet{keyValues})";
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> AskAsync(string sql)
    {
        await using var command = _controller.Database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private Task RunAsync(string sql) => AskAsync(sql);
}
