using Amp.Controller.Verifying;
using Amp.IntegrationTests.Lake;
using Amp.IntegrationTests.Stores;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.TestKit;

namespace Amp.IntegrationTests.Admin;

/// <summary>Verifications are jobs of the controllers: asked for, leased, taken over, kept.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private RunningController _controller = null!;
    private ResolvedDataset _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        await _controller.RegisterAsync("test", "eth", "1.0.0", network: "devnet");
        _dataset = await DatasetReading.ResolveAsync(_controller.Database.DataSource, DatasetReference.Parse("test/eth@1.0.0"), Ct);
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_another_holds_is_left_alone_and_taken_over_when_its_lease_has_ended()
    {
        var (dead, progress) = (Guid.NewGuid(), new VerificationProgress());
        await RunAsync($"""
            insert into verifications (namespace, name, manifest_hash, status, started_at, holder, lease_expires_at)
            values ('test', 'eth', '{_dataset.ManifestHash}', 'RUNNING', now(), '{dead}', now() + interval '1 hour')
            """);
        var asked = (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/verify", "")).Json["verification_id"]!.GetValue<long>();
        Assert.Equal(1L, asked);
        Assert.Null(await VerificationRows.TakeAsync(_controller.Database.DataSource, Guid.NewGuid(), Ct));
        progress.Begin(7);
        progress.Checked();
        Assert.True(await VerificationRows.BeatAsync(_controller.Database.DataSource, asked, dead, progress, Ct));
        var running = (await _controller.GetAsync("/verifications/1")).Json;
        Assert.Equal(("RUNNING", 7, 1), (running["status"]!.GetValue<string>(), running["files_count"]!.GetValue<int>(), running["checked_count"]!.GetValue<int>()));

        await RunAsync("update verifications set lease_expires_at = now() - interval '1 second'");
        var done = await EndsAsync(asked);
        Assert.Equal("COMPLETED", done["status"]!.GetValue<string>());
        Assert.Equal((0, 0), (done["files_count"]!.GetValue<int>(), done["checked_count"]!.GetValue<int>()));
        Assert.False(await VerificationRows.BeatAsync(_controller.Database.DataSource, asked, dead, progress, Ct));
        Assert.False(await VerificationRows.CompleteAsync(_controller.Database.DataSource, asked, dead, progress, VerificationReport.Of([]), Ct));
        Assert.False(await VerificationRows.FailAsync(_controller.Database.DataSource, asked, dead, progress, ErrorCode.InternalError, "late", Ct));
        Assert.False((await _controller.GetAsync("/verifications/1")).Json["report"]!["whole"]!.GetValue<bool>());

        var next = (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/verify", "")).Json["verification_id"]!.GetValue<long>();
        Assert.True(next > asked);
        Assert.Equal("COMPLETED", (await EndsAsync(next))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Asked_by_many_at_once_it_is_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => VerificationRows.AskAsync(_controller.Database.DataSource, _dataset, Ct)));
            foreach (var id in ids.Distinct())
                await EndsAsync(id);
            Assert.Equal(0L, await _controller.Database.ScalarAsync("select count(*) from verifications where name = 'eth' and status in ('SCHEDULED', 'RUNNING')"));
        }
    }

    [Fact]
    public async Task What_cannot_be_verified_fails_with_its_code()
    {
        await RunAsync($"insert into verifications (namespace, name, manifest_hash) values ('test', 'gone', '{new string('e', 64)}')");
        var failed = await EndsAsync(1);
        Assert.Equal(("FAILED", "DATASET_NOT_FOUND", "dataset 'test/gone' is not registered"),
            (failed["status"]!.GetValue<string>(), failed["error_code"]!.GetValue<string>(), failed["error_message"]!.GetValue<string>()));
        Assert.Null(await VerificationRows.TakeAsync(_controller.Database.DataSource, Guid.NewGuid(), Ct));
    }

    [Fact]
    public async Task One_that_never_ends_is_given_up()
    {
        await RunAsync($"insert into verifications (namespace, name, manifest_hash, attempts) values ('test', 'eth', '{_dataset.ManifestHash}', 5)");
        var failed = await EndsAsync(1);
        Assert.Equal(("FAILED", "INTERNAL_ERROR"), (failed["status"]!.GetValue<string>(), failed["error_code"]!.GetValue<string>()));
        Assert.Contains("begun 5 times", failed["error_message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_database_does_not_take_is_replaced_in_a_report() => Assert.Equal(
        "a\ufffdb", (await _controller.Database.ScalarAsync(
            $"select ('{VerificationReport.Of([TableReport.Of("t", 1, 1, null, 0, [new LakeProblem("a\0b", "r", "m")])]).ToJson()}'::jsonb) -> 'tables' -> 0 -> 'problems' -> 0 ->> 'file'")) as string);

    [Fact]
    public async Task Those_that_ended_long_ago_are_forgotten()
    {
        await RunAsync($"""
            insert into verifications (namespace, name, manifest_hash, status, ended_at, report)
            values ('test', 'eth', '{_dataset.ManifestHash}', 'COMPLETED', now() - interval '31 days', '{VerificationReport.Of([]).ToJson()}')
            """);
        await Eventually.TrueAsync(async () => (await _controller.GetAsync("/verifications/1")).Status == 404, "it is gone");
    }

    [Fact]
    public async Task Files_that_are_listed_late_are_there_and_one_that_cannot_be_read_is_named()
    {
        using var written = await RestoredAsync();
        var store = new MisbehavingStore(new FolderStore(Path.Combine(_controller.Folder, "data"))) { ListsLate = _ => true };
        Assert.True((await VerifyAsync(store)).Whole);

        var stuck = $"test/eth/logs/r/{written.Segments[2].FileName}";
        store.Refuses = (act, path) => act == "read" && path == stuck;
        var report = await VerifyAsync(store);
        Assert.False(report.Whole);
        var problem = Assert.Single(report.Tables.SelectMany(t => t.Problems));
        Assert.Equal((written.Segments[2].FileName, "the store did not let us read"), (problem.File, problem.Reason));
        Assert.Contains("verify again", problem.Mend, StringComparison.Ordinal);

        // A name that is no path of ours is nobody's segment.
        store.Refuses = (_, _) => false;
        store.ListsLate = _ => false;
        await File.WriteAllTextAsync(Path.Combine(_controller.Folder, "data", "test", "eth", "logs", "r", "a\\b.parquet"), "x", Ct);
        Assert.True((await VerifyAsync(store)).Whole);
    }

    [Fact]
    public async Task A_store_that_does_not_list_fails_it_and_one_that_hangs_is_left_when_the_controller_stops()
    {
        using var written = await RestoredAsync();
        var store = new MisbehavingStore(new FolderStore(Path.Combine(_controller.Folder, "data"))) { Refuses = (act, _) => act == "list" };
        Assert.True((await Assert.ThrowsAsync<RetryableException>(() => VerifyAsync(store))).IsRetryable);

        var hangs = new TaskCompletionSource();
        store.Refuses = (act, _) => act == "read" && hangs.TrySetResult() && false;
        store.Hangs = (act, _) => act == "read";
        using var stop = new CancellationTokenSource();
        var verifying = new LakeVerification(_controller.Database.DataSource, store).VerifyAsync(_dataset, new VerificationProgress(), stop.Token);
        await hangs.Task.WaitAsync(Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    [Fact]
    public async Task A_version_of_a_file_that_was_not_registered_is_told()
    {
        using var written = await RestoredAsync();
        await RunAsync($"update segments set object_etag = 'abc' where file_name = '{written.Segments[0].FileName}'");
        var problem = Assert.Single((await VerifyAsync(new FolderStore(Path.Combine(_controller.Folder, "data")))).Tables.SelectMany(t => t.Problems));
        Assert.Contains("abc was registered", problem.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 400, "INVALID_VERIFICATION_ID")]
    [InlineData("x", 400, "INVALID_VERIFICATION_ID")]
    [InlineData("99", 404, "VERIFICATION_NOT_FOUND")]
    public async Task An_id_that_is_none_is_refused(string id, int status, string code) => (await _controller.GetAsync($"/verifications/{id}")).IsError(status, code, id);

    private async Task<System.Text.Json.Nodes.JsonNode> EndsAsync(long id) => (await Eventually.SatisfiesAsync(
        () => _controller.GetAsync($"/verifications/{id}"), a => a.Json["ended_at"] is not null, $"verification {id} ends")).Json;

    private Task<VerificationReport> VerifyAsync(IObjectStore store) =>
        new LakeVerification(_controller.Database.DataSource, store).VerifyAsync(_dataset, new VerificationProgress(), Ct);

    /// <summary>A lake of one segment a table.</summary>
    private async Task<WrittenTables> RestoredAsync()
    {
        var written = await WrittenTables.WriteAsync(10, manifestHash: _dataset.ManifestHash);
        foreach (var (table, segment) in ((string[])["blocks", "transactions", "logs"]).Zip(written.Segments))
        {
            var folder = Directory.CreateDirectory(Path.Combine(_controller.Folder, "data", "test", "eth", table, "r")).FullName;
            File.Copy(written.PathOf(table), Path.Combine(folder, segment.FileName));
        }

        Assert.Equal(202, (await _controller.PostAsync("/datasets/test/eth/versions/1.0.0/restore", "")).Status);
        return written;
    }

    private Task RunAsync(string sql) => _controller.Database.ScalarAsync(sql);
}
