using Amp.DevChain;
using Amp.Shared.Metadata.Jobs;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.Admin;

public sealed class JobEndpointTests : IAsyncLifetime
{
    private const string Eth = "my_namespace/eth_mainnet/versions/1.0.0";

    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task A_deploy_makes_a_job_that_waits_for_a_worker()
    {
        var hash = await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0", startBlock: 5);
        var answer = await _controller.PostAsync($"/datasets/{Eth}/deploy", """{"end_block": 20000000}""");
        Assert.Equal(202, answer.Status);
        var id = answer.Json["job_id"]!.GetValue<long>();
        Assert.Equal($$"""{"job_id":{{id}}}""", answer.Text);

        var job = (await _controller.GetAsync($"/jobs/{id}")).Json;
        Assert.Equal(["id", "created_at", "updated_at", "node_id", "status", "descriptor"], job.AsObject().Select(p => p.Key));
        Assert.Equal("SCHEDULED", job["status"]!.GetValue<string>());
        Assert.Null(job["node_id"]);
        Assert.Equal(
            $$"""{"dataset_namespace":"my_namespace","dataset_name":"eth_mainnet","manifest_hash":"{{hash}}","kind":"evm-rpc","network":"testnet","start_block":5,"end_block":"20000000","parallelism":4,"worker_id":null,"verify":false}""",
            job["descriptor"]!.ToJsonString());
        Assert.Equal(5L, await _controller.Database.ScalarAsync($"select start_block from jobs where id = {id}"));
        Assert.Equal(20000000L, await _controller.Database.ScalarAsync($"select end_block from jobs where id = {id}"));
        Assert.Equal(false, await _controller.Database.ScalarAsync($"select continuous from jobs where id = {id}"));
    }

    [Fact]
    public async Task The_same_deploy_gives_the_same_job_and_a_different_one_is_a_conflict()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth, """{"end_block":"100","parallelism":2}""");
        Assert.Equal(id, await _controller.DeployAsync(Eth, """{ "parallelism": 2, "end_block": 100, "verify": false, "worker_id": null }"""));
        (await _controller.PostAsync($"/datasets/{Eth}/deploy", """{"end_block":"101","parallelism":2}""")).IsError(
            409, "ACTIVE_JOB_CONFLICT", $"job {id}", "\"end_block\":\"100\"", "\"end_block\":\"101\"");
        Assert.Equal(1L, await _controller.Database.ScalarAsync("select count(*) from jobs"));
    }

    [Fact]
    public async Task Two_deploys_at_the_same_moment_give_one_job()
    {
        await using var other = await RunningController.StartAsync(database: _controller.Database);
        for (var round = 0; round < 5; round++)
        {
            await _controller.RegisterAsync("n", $"d{round}", "1.0.0");
            var path = $"n/d{round}/versions/1.0.0";
            var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? _controller : other).DeployAsync(path)));
            Assert.Single(ids.Distinct());
        }

        Assert.Equal(5L, await _controller.Database.ScalarAsync("select count(*) from jobs"));
        Assert.Equal(5L, await _controller.Database.ScalarAsync("select count(*) from job_events"));
    }

    [Fact]
    public async Task Two_different_deploys_at_the_same_moment_have_one_winner()
    {
        await _controller.RegisterAsync("n", "d", "1.0.0");
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => _controller.PostAsync("/datasets/n/d/versions/1.0.0/deploy", $$"""{"parallelism":{{i}}}""")));
        Assert.Single(answers, a => a.Status == 202);
        Assert.All(answers.Where(a => a.Status != 202), a => a.IsError(409, "ACTIVE_JOB_CONFLICT"));
    }

    [Fact]
    public async Task After_its_end_the_same_deploy_starts_the_job_again_and_another_makes_a_new_one()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth, """{"end_block":"latest"}""");
        await RunAsync($"update jobs set status = 'COMPLETED', end_block = 50, planned_at = now(), attempts = 3 where id = {id}");
        await RunAsync($"insert into block_ranges (job_id, start_block, end_block, state, next_block) values ({id}, 0, 50, 'DONE', 51)");

        Assert.Equal(id, await _controller.DeployAsync(Eth, """{"end_block":"latest"}"""));
        Assert.Equal("SCHEDULED", (await _controller.GetAsync($"/jobs/{id}")).Json["status"]!.GetValue<string>());
        Assert.Equal(true, await _controller.Database.ScalarAsync($"select end_block is null and planned_at is null and attempts = 0 from jobs where id = {id}"));
        Assert.Equal(0L, await _controller.Database.ScalarAsync("select count(*) from block_ranges"));

        await RunAsync($"update jobs set status = 'STOPPED' where id = {id}");
        var next = await _controller.DeployAsync(Eth, """{"end_block":"7"}""");
        Assert.NotEqual(id, next);
        Assert.Equal([next, id], Ids(await _controller.GetAsync($"/datasets/{Eth}/jobs")));
    }

    [Theory]
    [InlineData("""{"end_block":"9"}""", "INVALID_END_BLOCK", "start_block 10")]
    [InlineData("""{"end_block":"soon"}""", "INVALID_END_BLOCK", "'soon'")]
    [InlineData("""{"end_block":true}""", "INVALID_END_BLOCK", "true")]
    [InlineData("""{"end_block":1.5}""", "INVALID_END_BLOCK", "1.5")]
    [InlineData("""{"parallelism":0}""", "INVALID_PARALLELISM", "0")]
    [InlineData("""{"parallelism":-1}""", "INVALID_PARALLELISM", "-1")]
    [InlineData("""{"parallelism":"4"}""", "INVALID_PAYLOAD", "$.parallelism")]
    [InlineData("""{"verify":true}""", "VERIFY_NOT_SUPPORTED", "verify")]
    [InlineData("""{"verify":"yes"}""", "INVALID_PAYLOAD", "$.verify")]
    [InlineData("""{"worker_id":"nobody"}""", "WORKER_NOT_AVAILABLE", "'nobody'")]
    [InlineData("""{"worker_id":"dead"}""", "WORKER_NOT_AVAILABLE", "'dead'")]
    [InlineData("""{"worker_id":"9*"}""", "INVALID_WORKER_ID", "'9*'")]
    [InlineData("""{"worker_id":"a*b"}""", "INVALID_WORKER_ID", "'a*b'")]
    [InlineData("""{"worker_id":5}""", "INVALID_PAYLOAD", "$.worker_id")]
    [InlineData("""{"endblock":"20"}""", "INVALID_PAYLOAD", "\"endblock\" is not known; known are end_block, parallelism, worker_id, verify")]
    [InlineData("""[]""", "INVALID_PAYLOAD", "$")]
    [InlineData("""{"end_block":""", "INVALID_PAYLOAD", "broken")]
    public async Task A_deploy_that_cannot_be_carried_out_is_refused_and_says_why(string body, string code, string part)
    {
        await AddWorkerAsync("dead", "1 minute");
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0", startBlock: 10);
        (await _controller.PostAsync($"/datasets/{Eth}/deploy", body)).IsError(400, code, part);
        Assert.Equal(0L, await _controller.Database.ScalarAsync("select count(*) from jobs"));
    }

    [Fact]
    public async Task Deploys_of_what_is_not_there_are_refused()
    {
        (await _controller.PostAsync($"/datasets/{Eth}/deploy", "")).IsError(404, "DATASET_NOT_FOUND", "my_namespace/eth_mainnet");
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        (await _controller.PostAsync("/datasets/my_namespace/eth_mainnet/versions/2.0.0/deploy", "{}")).IsError(404, "DATASET_NOT_FOUND", "2.0.0");
        (await _controller.PostAsync("/datasets/my_namespace/eth_mainnet/versions/two/deploy", "{}")).IsError(400, "INVALID_REVISION", "'two'");
        (await _controller.PostAsync($"/datasets/{Eth}/deploy", "{}", "text/plain")).IsError(400, "INVALID_PAYLOAD", "text/plain");
        await _controller.RegisterAsync("n", "elsewhere", "1.0.0", network: "unserved");
        (await _controller.PostAsync("/datasets/n/elsewhere/versions/1.0.0/deploy", "")).IsError(
            400, "NO_PROVIDER_FOR_NETWORK", "'unserved'", "kind = \"evm-rpc\"", Path.Combine(_controller.ProvidersDir, "unserved.toml"));
        await _controller.PostAsync("/datasets", """{"namespace":"n","name":"derived","version":"1.0.0","manifest":{"kind":"manifest"}}""");
        (await _controller.PostAsync("/datasets/n/derived/versions/1.0.0/deploy", "")).IsError(400, "UNSUPPORTED_DATASET_KIND", "n/derived");
    }

    [Fact]
    public async Task A_deploy_may_be_tied_to_a_living_worker_or_to_a_prefix()
    {
        await AddWorkerAsync("w1", "-1 minute");
        await _controller.RegisterAsync("n", "a", "1.0.0");
        await _controller.RegisterAsync("n", "b", "1.0.0");
        var exact = await _controller.DeployAsync("n/a/versions/latest", """{"worker_id":"w1"}""");
        var prefix = await _controller.DeployAsync("n/b/versions/dev", """{"worker_id":"eu-*"}""");
        Assert.Equal("w1", await _controller.Database.ScalarAsync($"select worker_pattern from jobs where id = {exact}"));
        Assert.Equal("eu-*", await _controller.Database.ScalarAsync($"select worker_pattern from jobs where id = {prefix}"));
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page_and_by_state()
    {
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            await _controller.RegisterAsync("n", $"d{i}", "1.0.0");
            ids.Add(await _controller.DeployAsync($"n/d{i}/versions/1.0.0"));
        }

        await RunAsync($"update jobs set status = 'COMPLETED' where id = {ids[0]}; update jobs set status = 'ERROR', retry_at = 'infinity' where id = {ids[1]}");
        Assert.Equal([ids[4], ids[3], ids[2], ids[1]], Ids(await _controller.GetAsync("/jobs")));
        Assert.Equal([ids[0]], Ids(await _controller.GetAsync("/jobs?status=COMPLETED")));
        Assert.Equal([ids[1], ids[0]], Ids(await _controller.GetAsync("/jobs?status=completed,error")));

        var first = await _controller.GetAsync("/jobs?status=all&limit=3");
        Assert.Equal([ids[4], ids[3], ids[2]], Ids(first));
        Assert.Equal(ids[2], first.Json["next_cursor"]!.GetValue<long>());
        var last = await _controller.GetAsync($"/jobs?status=all&limit=2&last_job_id={ids[2]}");
        Assert.Equal([ids[1], ids[0]], Ids(last));
        Assert.False(last.Json.AsObject().ContainsKey("next_cursor"));

        (await _controller.GetAsync("/jobs?status=sleeping")).IsError(400, "INVALID_JOB_STATUS", "'sleeping'", "SCHEDULED");
        (await _controller.GetAsync("/jobs?limit=0")).IsError(400, "INVALID_LIMIT");
        (await _controller.GetAsync("/jobs?last_job_id=-1")).IsError(400, "INVALID_CURSOR", "last_job_id");
        (await _controller.GetAsync("/jobs/zero")).IsError(400, "INVALID_JOB_ID", "'zero'");
        (await _controller.GetAsync("/jobs/0")).IsError(400, "INVALID_JOB_ID");
        (await _controller.GetAsync("/jobs/4242")).IsError(404, "JOB_NOT_FOUND", "4242");
    }

    [Fact]
    public async Task Stopping_is_idempotent_and_ends_at_once_when_nobody_works_on_the_job()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth);
        Assert.Equal($$"""{"job_id":{{id}},"status":"STOPPED"}""", (await _controller.PutAsync($"/jobs/{id}/stop")).Text);
        var again = await _controller.PutAsync($"/jobs/{id}/stop");
        Assert.Equal(200, again.Status);
        Assert.Equal($$"""{"job_id":{{id}},"status":"STOPPED"}""", again.Text);
        Assert.Equal(["SCHEDULED", "STOP_REQUESTED", "STOPPING", "STOPPED"], await EventsAsync(id));
        (await _controller.PutAsync("/jobs/99/stop")).IsError(404, "JOB_NOT_FOUND");
        (await _controller.PutAsync("/jobs/x/stop")).IsError(400, "INVALID_JOB_ID");
    }

    [Fact]
    public async Task A_job_with_a_working_worker_waits_for_it_and_is_settled_once_the_lease_is_released()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth);
        await RunAsync($"update jobs set status = 'RUNNING' where id = {id}");
        await RunAsync($"""
            insert into block_ranges (job_id, start_block, end_block, state, next_block, node_id, incarnation, epoch, lease_expires_at)
            values ({id}, 0, 9, 'LEASED', 0, 'w2', gen_random_uuid(), 1, now() + interval '1 hour'), ({id}, 10, 19, 'LEASED', 10, 'w1', gen_random_uuid(), 1, now() + interval '1 hour')
            """);
        Assert.Equal("w1,w2", (await _controller.GetAsync($"/jobs/{id}")).Json["node_id"]!.GetValue<string>());
        Assert.Equal("STOP_REQUESTED", (await _controller.PutAsync($"/jobs/{id}/stop")).Json["status"]!.GetValue<string>());
        await RunAsync($"update block_ranges set state = 'WAITING', node_id = null, incarnation = null, lease_expires_at = null where job_id = {id}");
        await WaitForStatusAsync(id, "STOPPED");
    }

    [Fact]
    public async Task A_failed_job_is_retried_when_its_time_has_come_and_can_be_stopped_before()
    {
        await _controller.RegisterAsync("n", "a", "1.0.0");
        await _controller.RegisterAsync("n", "b", "1.0.0");
        var due = await _controller.DeployAsync("n/a/versions/1.0.0");
        var later = await _controller.DeployAsync("n/b/versions/1.0.0");
        await using (var connection = await _controller.Database.DataSource.OpenConnectionAsync())
        {
            foreach (var id in (long[])[due, later])
            {
                var detail = JobStates.FailureDetail("PROVIDER_UNAVAILABLE", "the node is down", 7);
                var move = await JobStates.MoveAsync(connection, id, JobStatus.Error, "w1", detail, retryAfter: TimeSpan.FromMinutes(id == later ? 10 : 0), TestContext.Current.CancellationToken);
                Assert.Equal(new JobMove(Moved: true, JobStatus.Error), move);
            }
        }

        Assert.Equal(
            """{"block":7,"message":"the node is down","error_code":"PROVIDER_UNAVAILABLE"}""",
            (await _controller.GetAsync($"/jobs/{later}/progress")).Json["detail"]!.ToJsonString());
        await WaitForStatusAsync(due, "SCHEDULED");
        Assert.Equal(["SCHEDULED", "ERROR", "SCHEDULED"], await EventsAsync(due));
        Assert.Equal("STOPPED", (await _controller.PutAsync($"/jobs/{later}/stop")).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_delay_of_a_retry_doubles_from_two_seconds_to_ten_minutes()
    {
        await _controller.RegisterAsync("n", "a", "1.0.0");
        var id = await _controller.DeployAsync("n/a/versions/1.0.0");
        await using var connection = await _controller.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var (attempts, longest) in ((int, double)[])[(0, 2), (1, 4), (4, 32), (8, 512), (9, 600), (1000, 600)])
        {
            await using (var prepare = new NpgsqlCommand($"update jobs set status = 'RUNNING', attempts = {attempts} where id = {id}", connection))
                await prepare.ExecuteNonQueryAsync();
            Assert.True((await JobStates.MoveAsync(connection, id, JobStatus.Error)).Moved);
            await using var command = new NpgsqlCommand($"select extract(epoch from retry_at - now())::float8, attempts from jobs where id = {id}", connection);
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            Assert.InRange(reader.GetDouble(0), (longest * 0.8) - 0.001, longest);
            Assert.Equal(attempts + 1, reader.GetInt32(1));
        }
    }

    [Fact]
    public async Task A_change_from_a_state_that_does_not_allow_it_tells_the_actual_state()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth);
        await using var connection = await _controller.Database.DataSource.OpenConnectionAsync();
        Assert.Equal(new JobMove(Moved: false, JobStatus.Scheduled), await JobStates.MoveAsync(connection, id, JobStatus.Completed));
        Assert.Equal(new JobMove(Moved: true, JobStatus.Running), await JobStates.MoveAsync(connection, id, JobStatus.Running, "w1"));
        Assert.Equal(new JobMove(Moved: false, JobStatus.Running), await JobStates.MoveAsync(connection, id, JobStatus.Running, "w2"));
        Assert.Equal(new JobMove(Moved: false, Actual: null), await JobStates.MoveAsync(connection, 4242, JobStatus.Running));
        Assert.Equal(["SCHEDULED", "RUNNING"], await EventsAsync(id));
    }

    [Fact]
    public async Task Stop_against_finish_has_one_outcome()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        for (var round = 0; round < 10; round++)
        {
            var id = await _controller.DeployAsync(Eth);
            await using var connection = await _controller.Database.DataSource.OpenConnectionAsync();
            await JobStates.MoveAsync(connection, id, JobStatus.Running);
            var stop = _controller.PutAsync($"/jobs/{id}/stop");
            var finish = await JobStates.MoveAsync(connection, id, JobStatus.Completed);
            var told = (await stop).Json["status"]!.GetValue<string>();
            Assert.Equal(finish.Moved ? "COMPLETED" : "STOPPED", told);
            Assert.Equal(told, await _controller.Database.ScalarAsync($"select status from jobs where id = {id}"));
        }
    }

    [Fact]
    public async Task Events_are_listed_and_told_one_by_one()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth, """{"end_block":"9"}""");
        var list = (await _controller.GetAsync($"/jobs/{id}/events")).Json;
        Assert.Equal(id, list["job_id"]!.GetValue<long>());
        var only = Assert.Single(list["events"]!.AsArray())!;
        var detail = (await _controller.GetAsync($"/jobs/{id}/events/{only["id"]}")).Json;
        Assert.Equal("SCHEDULED", detail["event_type"]!.GetValue<string>());
        Assert.Equal("deploy", detail["detail"]!["reason"]!.GetValue<string>());
        (await _controller.GetAsync($"/jobs/{id}/events/9999")).IsError(404, "EVENT_NOT_FOUND", "9999");
        (await _controller.GetAsync($"/jobs/{id}/events/x")).IsError(400, "INVALID_EVENT_ID");
        (await _controller.GetAsync("/jobs/9999/events")).IsError(404, "JOB_NOT_FOUND");
    }

    [Fact]
    public async Task Only_jobs_that_have_ended_can_be_deleted()
    {
        await _controller.RegisterAsync("n", "a", "1.0.0");
        await _controller.RegisterAsync("n", "b", "1.0.0");
        var running = await _controller.DeployAsync("n/a/versions/1.0.0");
        var stopped = await _controller.DeployAsync("n/b/versions/1.0.0");
        await _controller.PutAsync($"/jobs/{stopped}/stop");
        (await _controller.DeleteAsync($"/jobs/{running}")).IsError(409, "JOB_CONFLICT", "SCHEDULED");
        (await _controller.DeleteAsync("/datasets/n/a")).IsError(409, "ACTIVE_JOB_CONFLICT", $"job {running}");
        (await _controller.DeleteAsync("/jobs")).IsError(400, "INVALID_JOB_STATUS", "missing");
        (await _controller.DeleteAsync("/jobs?status=running")).IsError(400, "INVALID_JOB_STATUS", "'running'");
        Assert.Equal(204, (await _controller.DeleteAsync("/jobs?status=completed")).Status);
        Assert.Equal(200, (await _controller.GetAsync($"/jobs/{stopped}")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync($"/jobs/{stopped}")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync($"/jobs/{stopped}")).Status);
        Assert.Equal(204, (await _controller.DeleteAsync("/jobs?status=terminal")).Status);
        Assert.Equal([running], Ids(await _controller.GetAsync("/jobs?status=all")));
    }

    [Fact]
    public async Task An_end_that_the_chain_does_not_have_is_refused()
    {
        await using var chain = DevChainHost.Build(new DevChainSettings { Port = 0, Blocks = 50 });
        await chain.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_controller.ProvidersDir, "dev.toml"), $"kind = \"evm-rpc\"\nnetwork = \"dev\"\nurl = \"{DevChainHost.Address(chain)}\"\n");
        await _controller.RegisterAsync("n", "dev", "1.0.0", startBlock: 20, network: "dev");
        const string Deploy = "/datasets/n/dev/versions/1.0.0/deploy";
        (await _controller.PostAsync(Deploy, """{"end_block":51}""")).IsError(400, "INVALID_END_BLOCK", "51", "newest block of 'dev', 50");
        (await _controller.PostAsync(Deploy, """{"end_block":"-31"}""")).IsError(400, "INVALID_END_BLOCK", "\"-31\" is block 19", "start_block 20");
        (await _controller.PostAsync(Deploy, """{"end_block":"-51"}""")).IsError(400, "INVALID_END_BLOCK", "\"-51\"", "50");
        Assert.Equal(202, (await _controller.PostAsync(Deploy, """{"end_block":"-30"}""")).Status);
        await _controller.RegisterAsync("n", "later", "1.0.0", startBlock: 51, network: "dev");
        const string Later = "/datasets/n/later/versions/1.0.0/deploy";
        (await _controller.PostAsync(Later, """{"end_block":"latest"}""")).IsError(400, "INVALID_END_BLOCK", "\"latest\" is block 50", "start_block 51");
        Assert.Equal(202, (await _controller.PostAsync(Later, "")).Status);
    }

    [Fact]
    public async Task A_worker_that_died_loses_its_range_and_the_job_s_stop_is_settled()
    {
        await _controller.RegisterAsync("my_namespace", "eth_mainnet", "1.0.0");
        var id = await _controller.DeployAsync(Eth);
        await RunAsync($"""
            update jobs set status = 'STOPPING' where id = {id};
            insert into block_ranges (job_id, start_block, end_block, state, next_block, node_id, incarnation, epoch, lease_expires_at)
            values ({id}, 0, 9, 'LEASED', 0, 'gone', gen_random_uuid(), 1, now() - interval '1 second')
            """);
        await WaitForStatusAsync(id, "STOPPED");
        Assert.Equal(["SCHEDULED", "LEASE_EXPIRED", "STOPPED"], await EventsAsync(id));
    }

    private static IEnumerable<long> Ids(Answer answer) => answer.Json["jobs"]!.AsArray().Select(j => j!["id"]!.GetValue<long>());

    private async Task<IReadOnlyList<string>> EventsAsync(long id)
    {
        var json = (await _controller.GetAsync($"/jobs/{id}/events")).Json;
        return [.. json["events"]!.AsArray().Select(e => e!["event_type"]!.GetValue<string>())];
    }

    private async Task WaitForStatusAsync(long id, string status)
    {
        await Eventually.SatisfiesAsync(
            async () => (await _controller.GetAsync($"/jobs/{id}")).Json["status"]!.GetValue<string>(), s => s == status, $"job {id} is {status}");
    }

    private Task AddWorkerAsync(string nodeId, string age) => RunAsync($"""
        insert into workers (node_id, incarnation, host, pid, version, slots, heartbeat_at)
        values ('{nodeId}', gen_random_uuid(), 'h', 1, '0.1.0', 2, now() - interval '{age}')
        """);

    private async Task RunAsync(string sql)
    {
        await using var command = _controller.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
