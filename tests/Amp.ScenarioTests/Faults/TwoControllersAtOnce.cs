using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Faults;

/// <summary>Two controllers are asked at the same moment: one outcome, and both callers are told the truth.</summary>
public sealed class TwoControllersAtOnce : IAsyncLifetime
{
    private const int Rounds = 15;

    private static readonly HttpClient _http = new();
    private AmpCluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Controllers = 2, Workers = 1, Servers = 0, Chain = new ChainSettings { Blocks = 50, Grade = "load" } });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Registrations_and_deploys_stops_and_deletions()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await RegisterAndDeployAsync(Name("same", round));
            await DeployDifferentlyAsync(Name("other", round));
            await StopAgainstFinishAsync(Name("stop", round));
            await DeleteAgainstDeployAsync(Name("delete", round));
            await DeleteAgainstRetryAsync(Name("retry", round));
        }

        Assert.All(_cluster.Controllers, c => Assert.True(c.Process.IsRunning, c.Process.Tail(20)));
        Assert.All(_cluster.Workers.Values, w => Assert.True(w.IsRunning, w.Tail(20)));
        Assert.Equal(0L, await _cluster.Database.ScalarAsync(
            "select count(*) from (select 1 from jobs group by namespace, name, manifest_hash having count(*) filter (where status not in ('COMPLETED', 'FATAL', 'STOPPED')) > 1) twice"));
    }

    private async Task RegisterAndDeployAsync(string name)
    {
        var registered = await BothAsync(HttpMethod.Post, "/datasets", Dataset(name));
        Assert.All(registered, a => Assert.InRange(a.Status, 200, 299));
        Assert.Equal(1L, await _cluster.Database.ScalarAsync($"select count(*) from datasets where name = '{name}'"));

        var deployed = await BothAsync(HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = "50" });
        Assert.All(deployed, a => Assert.InRange(a.Status, 200, 299));
        Assert.Equal(JobOf(deployed[0]), JobOf(deployed[1]));
        await _cluster.WaitForJobAsync(JobOf(deployed[0]), "COMPLETED");
    }

    private async Task DeployDifferentlyAsync(string name)
    {
        await BothAsync(HttpMethod.Post, "/datasets", Dataset(name));
        var answers = await BothAsync(
            HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = null, ["parallelism"] = 3 }, new JsonObject { ["end_block"] = null, ["parallelism"] = 5 });
        var accepted = Assert.Single(answers, a => a.Status is >= 200 and < 300);
        var refused = Assert.Single(answers, a => a.Status == 409);
        Assert.Contains("\"parallelism\":3", Unescaped(refused), StringComparison.Ordinal);
        Assert.Contains("\"parallelism\":5", Unescaped(refused), StringComparison.Ordinal);
        var job = await _cluster.JobAsync(JobOf(accepted));
        Assert.Equal(answers[0] == accepted ? 3 : 5, job.GetProperty("descriptor").GetProperty("parallelism").GetInt32());
        await _cluster.SendAsync(HttpMethod.Put, $"/jobs/{JobOf(accepted)}/stop");
    }

    private async Task StopAgainstFinishAsync(string name)
    {
        await BothAsync(HttpMethod.Post, "/datasets", Dataset(name));
        var job = JobOf(await CallAsync(_cluster.Controllers[0], HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = "5" }));
        var stops = await BothAsync(HttpMethod.Put, $"/jobs/{job}/stop", null);
        var end = await Amp.TestKit.Eventually.SatisfiesAsync(
            async () => (string)(await _cluster.Database.ScalarAsync($"select status from jobs where id = {job}"))!, s => s is "STOPPED" or "COMPLETED", "the job has ended");

        // Who was told that it stops is right, and so is who was told that it had ended.
        Assert.All(stops, s => Assert.Equal(200, s.Status));
        Assert.All(stops, s => Assert.Equal(end == "COMPLETED", s.Json.GetProperty("status").GetString() == "COMPLETED"));

        var events = (string[])(await _cluster.Database.ScalarAsync(
            $"select array_agg(event_type order by id) from job_events where job_id = {job} and event_type in ('STOP_REQUESTED', 'STOPPING', 'STOPPED', 'COMPLETED')"))!;
        Assert.Equal(end == "COMPLETED" ? ["COMPLETED"] : ["STOP_REQUESTED", "STOPPING", "STOPPED"], events);
    }

    private async Task DeleteAgainstDeployAsync(string name)
    {
        await BothAsync(HttpMethod.Post, "/datasets", Dataset(name));
        var job = JobOf((await BothAsync(HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = "5" }))[0]);
        await _cluster.WaitForJobAsync(job, "COMPLETED");
        var deleting = CallAsync(_cluster.Controllers[0], HttpMethod.Delete, $"/jobs/{job}", null);
        var deployed = await CallAsync(_cluster.Controllers[1], HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = "5" });
        var deleted = await deleting;

        // Either the job was started again, and its deletion is refused while it is active; or it was deleted, and the deploy made another.
        Assert.InRange(deployed.Status, 200, 299);
        Assert.True(deleted.Status is >= 200 and < 300 or 409, deleted.Text);
        var left = (long[])(await _cluster.Database.ScalarAsync($"select coalesce(array_agg(id order by id), '{{}}') from jobs where name = '{name}'"))!;
        if (left.Contains(JobOf(deployed)))
            await _cluster.WaitForJobAsync(JobOf(deployed), "COMPLETED");
        else
            Assert.True(deleted.Status < 300 && left.Length == 0, $"delete: {deleted.Status}, deploy: job {JobOf(deployed)}, left: {string.Join(", ", left)}");
        Assert.Equal(deleted.Status == 409, left.Contains(job));
    }

    private async Task DeleteAgainstRetryAsync(string name)
    {
        await BothAsync(HttpMethod.Post, "/datasets", Dataset(name));
        var job = JobOf((await BothAsync(HttpMethod.Post, Deploy(name), new JsonObject { ["end_block"] = "5" }))[0]);
        await _cluster.WaitForJobAsync(job, "COMPLETED");
        await _cluster.Database.ScalarAsync($"update jobs set status = 'ERROR', retry_at = now(), attempts = 1 where id = {job}");
        var deleted = await BothAsync(HttpMethod.Delete, $"/jobs/{job}", null);

        // While it is to be retried, or is at it, its deletion is refused; only after its second end it is gone.
        Assert.All(deleted, d => Assert.True(d.Status is (>= 200 and < 300) or 404 or 409, d.Text));
        if (deleted.All(d => d.Status == 409))
            await _cluster.WaitForJobAsync(job, "COMPLETED");
        else
            Assert.Equal(0L, await _cluster.Database.ScalarAsync($"select count(*) from jobs where id = {job}"));
        Assert.Contains(deleted, d => d.Status != 404);
    }

    private Task<Answer[]> BothAsync(HttpMethod method, string path, JsonObject? body) => BothAsync(method, path, body, body);

    private Task<Answer[]> BothAsync(HttpMethod method, string path, JsonObject? one, JsonObject? two) =>
        Task.WhenAll(CallAsync(_cluster.Controllers[0], method, path, one), CallAsync(_cluster.Controllers[1], method, path, two));

    private static async Task<Answer> CallAsync(ControllerProcess controller, HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(controller.Admin, path)) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static JsonObject Dataset(string name) => new()
    {
        ["namespace"] = "race",
        ["name"] = name,
        ["version"] = "1.0.0",
        ["manifest"] = new JsonObject { ["kind"] = "evm-rpc", ["network"] = AmpCluster.Network, ["start_block"] = 0, ["finalized_blocks_only"] = false, ["tables"] = new JsonObject() },
    };

    private static string Deploy(string name) => $"/datasets/race/{name}/versions/1.0.0/deploy";

    private static string Name(string what, int round) => string.Create(CultureInfo.InvariantCulture, $"{what}_{round}");

    private static string Unescaped(Answer answer) => answer.Json.GetProperty("error_message").GetString()!.Replace(" ", "", StringComparison.Ordinal);

    private static long JobOf(Answer answer) => answer.Json.GetProperty("job_id").GetInt64();

    private sealed record Answer(int Status, string Text)
    {
        public JsonElement Json => JsonElement.Parse(Text);
    }
}
