using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;

namespace Amp.AppHost;

/// <summary>Waits until the cluster is healthy, deploys the demonstration, and prints where everything is and what to try.</summary>
internal sealed class FirstLook(AppHostOptions options)
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(CancellationToken stopping)
    {
        // Whoever listens before the run begins is not ours: the run itself says so, and there is nothing to show.
        if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(IsInTheWay))
            return;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            var admin = new Uri($"http://localhost:{options.Port(10)}");
            foreach (var url in (string[])[$"http://localhost:{options.Port(10)}", $"http://localhost:{options.Port(3)}", $"http://localhost:{options.Port(5)}"])
                await AnswersAsync(http, new Uri(url + "/readyz"), _ => true, stopping);
            await AnswersAsync(http, new Uri(admin, "/workers?limit=1000"), BothWorkersLive, stopping);

            var demonstration = new Demonstration(options, http, admin);
            long? job = null;
            string? problem = null;
            if (options.Demo)
            {
                try
                {
                    job = await demonstration.DeployAsync(stopping);
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    // Of all that a node may answer in place of its height, nothing is a reason not to show the cluster.
                    problem = e.Message;
                }
            }

            Console.WriteLine(Text(demonstration.Name, job, problem));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The cluster stops.
        }
    }

    /// <summary>What is printed when all is healthy.</summary>
    internal string Text(string dataset, long? job, string? problem)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine("All is healthy.").AppendLine();
        text.AppendLine($"  Admin API      http://localhost:{options.Port(10)}   (readable at /docs)");
        text.AppendLine($"  Arrow Flight   grpc://localhost:{options.Port(2)} and grpc://localhost:{options.Port(4)}");
        text.AppendLine($"  JSON Lines     http://localhost:{options.Port(3)} and http://localhost:{options.Port(5)}");
        text.AppendLine(options.Rpc is null ? $"  Simulated node http://localhost:{options.ChainPort}" : $"  Node           {options.Rpc.Scheme}://{options.Rpc.Authority}");
        text.AppendLine($"  Data           {options.StateFolder}   (logs in logs/)");
        text.AppendLine($"  Lake           {options.Lake}");
        text.AppendLine();
        if (problem is not null)
            text.AppendLine($"The demonstration dataset demo/{dataset} was not deployed: {problem}").AppendLine();
        text.AppendLine(job is null ? "Try, in another terminal:" : $"The dataset demo/{dataset} is being extracted by job {job}. Try, in another terminal:");
        text.AppendLine();
        text.AppendLine($"  curl -s http://localhost:{options.Port(10)}/jobs");
        if (job is not null)
        {
            text.AppendLine($"  curl -s http://localhost:{options.Port(3)} --data 'SELECT count(*) AS blocks, max(block_num) AS newest FROM \"demo/{dataset}\".blocks'");
            text.AppendLine($"  watch -n 1 curl -s http://localhost:{options.Port(10)}/jobs/{job}/progress");
        }

        text.AppendLine();
        text.Append("Ctrl-C stops everything; the next run goes on with the same data.");
        return text.AppendLine().ToString();
    }

    // A listener on another address of this machine is nobody's "localhost".
    private bool IsInTheWay(IPEndPoint listener) =>
        (listener.Port == options.Port(10) || listener.Port == options.Port(3) || listener.Port == options.Port(5))
        && (IPAddress.IsLoopback(listener.Address) || listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any));

    // Their health is asked on ports that nobody knows beforehand; the controller knows whom it hears.
    private static bool BothWorkersLive(string answer) =>
        JsonElement.Parse(answer).GetProperty("workers").EnumerateArray().Count(w => w.GetProperty("alive").GetBoolean()) >= 2;

    private static async Task AnswersAsync(HttpClient http, Uri url, Func<string, bool> isEnough, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_between);
        do
        {
            try
            {
                using var answer = await http.GetAsync(url, stopping);
                if (answer.IsSuccessStatusCode && isEnough(await answer.Content.ReadAsStringAsync(stopping)))
                    return;
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stopping.IsCancellationRequested))
            {
                // Not there yet.
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }
}
