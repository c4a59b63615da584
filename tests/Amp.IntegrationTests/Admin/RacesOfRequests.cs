using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin;

/// <summary>Two requests for one thing at the same moment: one outcome, both callers are told it, and the database holds it and nothing else.</summary>
public sealed class RacesOfRequests : IAsyncLifetime
{
    private const int Rounds = 100;

    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public Task Of_two_registrations_of_one_version_one_wins() => EachRoundAsync(async round =>
    {
        var answers = await BothAsync(round, () => RegisterAsync($"d{round}", "1.0.0", startBlock: 1), () => RegisterAsync($"d{round}", "1.0.0", startBlock: 2));
        var won = Assert.Single(answers, a => a.Status == 201);
        Assert.Single(answers, a => a.Status != 201).IsError(409, "VERSION_CONFLICT");
        var hash = won.Json["manifest_hash"]!.GetValue<string>();
        Assert.Equal(
            $"1.0.0={hash} dev={hash}",
            await AskAsync($"select string_agg(tag || '=' || manifest_hash, ' ' order by tag) from dataset_tags t join datasets d on d.id = t.dataset_id where d.name = 'd{round}'"));
        Assert.Equal(1L, await AskAsync($"select count(*) from dataset_manifests l join datasets d on d.id = l.dataset_id where d.name = 'd{round}'"));
    });

    [Fact]
    public Task A_registration_and_a_removal_leave_the_new_version_or_nothing() => EachRoundAsync(async round =>
    {
        await RegisteredAsync($"d{round}", "1.0.0", startBlock: (ulong)round + 1);
        var answers = await BothAsync(round, () => RegisterAsync($"d{round}", "1.1.0", startBlock: 1000 + (ulong)round), () => _controller.DeleteAsync($"/datasets/n/d{round}"));
        Assert.Equal([201, 204], answers.Select(a => a.Status).Order());
        var left = await _controller.GetAsync($"/datasets/n/d{round}/versions");
        if (left.Status == 200)
        {
            Assert.Equal(["1.1.0"], left.Json["versions"]!.AsArray().Select(v => v!["version"]!.GetValue<string>()));
            Assert.Equal(200, (await _controller.GetAsync($"/datasets/n/d{round}/versions/dev/manifest")).Status);
        }
        else
        {
            left.IsError(404, "DATASET_NOT_FOUND");
        }

        Assert.Equal(left.Status == 200 ? 1L : 0L, await AskAsync($"select count(*) from manifests where convert_from(content, 'utf8')::jsonb->>'start_block' in ('{round + 1}', '{1000 + round}')"));
    });

    [Fact]
    public Task Of_a_deploy_and_a_removal_one_is_refused() => EachRoundAsync(async round =>
    {
        await RegisteredAsync($"d{round}", "1.0.0");
        var answers = await BothAsync(round, () => _controller.PostAsync($"/datasets/n/d{round}/versions/1.0.0/deploy", ""), () => _controller.DeleteAsync($"/datasets/n/d{round}"));
        var isDeployed = answers.Any(a => a.Status == 202);
        if (isDeployed)
            Assert.Single(answers, a => a.Status != 202).IsError(409, "ACTIVE_JOB_CONFLICT");
        else
            Assert.Single(answers, a => a.Status != 204).IsError(404, "DATASET_NOT_FOUND");
        Assert.Equal(isDeployed ? 1L : 0L, await AskAsync($"select count(*) from datasets where name = 'd{round}'"));
        Assert.Equal(isDeployed ? 1L : 0L, await AskAsync($"select count(*) from jobs where name = 'd{round}'"));
    });

    [Fact]
    public Task An_activation_and_prunes_leave_what_is_read() => EachRoundAsync(async round =>
    {
        var (one, two) = await TwoRevisionsAsync(round);
        foreach (var id in (long[])[one, two])
        {
            await RunAsync($"""
                insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash)
                select {id}, n || '.parquet', 1, 'testnet', s, s + 9, decode(lpad(h, 64, '0'), 'hex'), decode(lpad(p, 64, '0'), 'hex')
                from (values ('a', 0, '1', '0'), ('left', 10, '2', '1'), ('b', 10, '3', '1'), ('c', 20, '4', '3')) v (n, s, h, p)
                """);
        }

        var prunes = Task.WhenAll(((long[])[one, two, two]).Select(id => _controller.DeleteAsync($"/revisions/{id}/prune")));
        Assert.Equal(200, (await ActivateAsync(round, two)).Status);
        Assert.Equal(2, (await prunes).Sum(a => a.Json["files_scheduled"]!.GetValue<int>()));
        Assert.Equal(two, await AskAsync($"select id from revisions where name = 'd{round}' and active"));
        Assert.Equal(
            "a.parquet b.parquet c.parquet",
            await AskAsync($"select string_agg(distinct file_name, ' ' order by file_name) from segments where revision_id in ({one}, {two}) and retired_at is null"));
        Assert.Equal(6L, await AskAsync($"select count(*) from segments where revision_id in ({one}, {two}) and retired_at is null"));
    });

    [Fact]
    public Task Of_an_activation_and_a_removal_of_a_revision_one_is_refused_and_a_table_is_read_all_the_same() => EachRoundAsync(async round =>
    {
        var (one, two) = await TwoRevisionsAsync(round);
        var answers = await BothAsync(round, () => ActivateAsync(round, two), () => _controller.DeleteAsync($"/revisions/{two}"));
        var isActive = answers.Any(a => a.Status == 200);
        if (isActive)
            Assert.Single(answers, a => a.Status != 200).IsError(409, "LOCATION_CONFLICT");
        else
            Assert.Single(answers, a => a.Status != 204).IsError(404, "LOCATION_NOT_FOUND");
        Assert.Equal(isActive ? two : one, await AskAsync($"select id from revisions where name = 'd{round}' and active"));
        Assert.Equal(isActive ? 2L : 1L, await AskAsync($"select count(*) from revisions where name = 'd{round}'"));
    });

    [Fact]
    public Task The_same_folder_registered_twice_has_one_id_that_both_are_told() => EachRoundAsync(async round =>
    {
        await RegisteredAsync($"d{round}", "1.0.0");
        Task<Answer> Make() => _controller.PostAsync("/revisions", $$"""{"table_name":"blocks","dataset":"n/d{{round}}","path":"n/d{{round}}/blocks/one"}""");
        var answers = await BothAsync(round, Make, Make);
        Assert.All(answers, a => Assert.True(a.Status is 200 or 201, a.Text));
        Assert.Equal(answers[0].Json["location_id"]!.GetValue<long>(), answers[1].Json["location_id"]!.GetValue<long>());
    });

    private static Task EachRoundAsync(Func<int, Task> round) =>
        Parallel.ForEachAsync(Enumerable.Range(0, Rounds), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await round(number));

    /// <summary>In either order, at once.</summary>
    private static Task<Answer[]> BothAsync(int round, Func<Task<Answer>> one, Func<Task<Answer>> other) =>
        round % 2 == 0 ? Task.WhenAll(Task.Run(one), Task.Run(other)) : Task.WhenAll(Task.Run(other), Task.Run(one));

    private async Task<(long One, long Two)> TwoRevisionsAsync(int round)
    {
        await RegisteredAsync($"d{round}", "1.0.0");
        var ids = new List<long>();
        foreach (var folder in (string[])["one", "two"])
        {
            var made = await _controller.PostAsync("/revisions", $$"""{"table_name":"blocks","dataset":"n/d{{round}}","path":"n/d{{round}}/blocks/{{folder}}"}""");
            ids.Add(made.Json["location_id"]!.GetValue<long>());
        }

        Assert.Equal(200, (await ActivateAsync(round, ids[0])).Status);
        return (ids[0], ids[1]);
    }

    private Task<Answer> ActivateAsync(int round, long id) =>
        _controller.PostAsync($"/revisions/{id}/activate", $$"""{"table_name":"blocks","dataset":"n/d{{round}}"}""");

    private Task<Answer> RegisterAsync(string name, string version, ulong startBlock) => _controller.PostAsync(
        "/datasets", new JsonObject { ["namespace"] = "n", ["name"] = name, ["version"] = version, ["manifest"] = RunningController.Manifest(startBlock) }.ToJsonString());

    private async Task RegisteredAsync(string name, string version, ulong startBlock = 0)
    {
        var answer = await RegisterAsync(name, version, startBlock);
        Assert.True(answer.Status == 201, answer.Text);
    }

    private Task<object?> AskAsync(string sql) => _controller.Database.ScalarAsync(sql);

    private async Task RunAsync(string sql)
    {
        await using var command = _controller.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
