using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Amp.TestKit.Processes;

namespace Amp.IntegrationTests.Daemon;

public sealed class SoloTests
{
    [Fact]
    public async Task Solo_runs_everything_with_a_database_of_its_own_and_leaves_nothing_running()
    {
        // Asks for PostgreSQL first, so that a desk without it skips this test with the reason.
        await TestPostgres.SharedAsync();
        var folder = TestFolder.Create("amp-solo-");
        var (admin, jsonl, flight) = (LoopbackPorts.Free(), LoopbackPorts.Free(), LoopbackPorts.Free());
        using var http = new HttpClient();
        try
        {
            await using (var solo = await ServiceProcess.StartAsync(new ServiceProcessSettings("solo", Repository.Output("Amp.Daemon", "ampd.dll"))
            {
                Arguments = ["solo", "--amp-dir", folder],
                Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["AMP_CONFIG_ADMIN_ADDR"] = $"127.0.0.1:{admin}",
                    ["AMP_CONFIG_JSONL_ADDR"] = $"127.0.0.1:{jsonl}",
                    ["AMP_CONFIG_FLIGHT_ADDR"] = $"127.0.0.1:{flight}",
                },
                ReadyUrl = new Uri($"http://127.0.0.1:{jsonl}/readyz"),
                RemoveOnOwnerDeath = folder,
            }))
            {
                await Eventually.SatisfiesAsync(
                    () => http.GetStringAsync(new Uri($"http://127.0.0.1:{admin}/workers"), TestContext.Current.CancellationToken),
                    workers => workers.Contains("\"solo\"", StringComparison.Ordinal),
                    "its worker is registered", TimeSpan.FromSeconds(30), () => solo.Log);

                Assert.Equal(0, await solo.StopAsync());
            }

            // Beside the other data, and not where it would outlive the test.
            Assert.True(File.Exists(Path.Combine(folder, "postgres", "data", "PG_VERSION")));
            Assert.False(File.Exists(Path.Combine(folder, "postgres", "data", "postmaster.pid")));
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://127.0.0.1:{admin}/healthz"), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
