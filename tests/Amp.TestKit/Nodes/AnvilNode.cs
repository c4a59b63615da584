using Amp.LocalPostgres.Processes;

namespace Amp.TestKit.Nodes;

/// <summary>A real Ethereum node for tests: Anvil from npm (<c>npm ci --prefix tests/node</c>), on a free port, mining on demand.</summary>
public sealed class AnvilNode : IAsyncDisposable
{
    private readonly GuardedProcess _process;
    private readonly string _folder;

    private AnvilNode(GuardedProcess process, Uri url, string folder)
    {
        _process = process;
        _folder = folder;
        Url = url;
        Client = new NodeClient(url);
    }

    public Uri Url { get; }

    public NodeClient Client { get; }

    /// <summary>Starts one; skips the running test where there is none, fails it in CI.</summary>
    public static async Task<AnvilNode> StartAsync(params string[] arguments)
    {
        var program = Find();
        var port = LoopbackPorts.Free();
        var folder = Directory.CreateTempSubdirectory("amp-anvil-").FullName;
        var process = GuardedProcess.Start(new GuardedProcessSettings(program, ["--port", $"{port}", "--silent", "--prune-history", "256", "--cache-path", folder, .. arguments])
        {
            WorkingDirectory = folder,
            RemoveOnOwnerDeath = folder,
        });
        var node = new AnvilNode(process, new Uri($"http://127.0.0.1:{port}"), folder);
        await Eventually.SatisfiesAsync(() => node.Client.CallAsync("eth_chainId"), _ => true, "Anvil answers");
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Find()
    {
        var own = Path.Combine(Repository.Root, "tests", "node", "node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "anvil"));
        var found = onPath.Prepend(own).FirstOrDefault(File.Exists);
        if (found is null)
            Missing.Skip("Anvil is absent: npm ci --prefix tests/node");
        return found;
    }
}
