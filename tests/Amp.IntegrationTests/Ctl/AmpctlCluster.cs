using System.Diagnostics;
using System.Globalization;
using Amp.DevChain;
using Amp.IntegrationTests.Admin;
using Amp.LocalPostgres.Processes;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Servers;
using Amp.Worker;
using Microsoft.AspNetCore.Builder;

namespace Amp.IntegrationTests.Ctl;

/// <summary>A controller, a worker, a server and a simulated chain over one PostgreSQL and one lake, for all tests that run the built <c>ampctl</c>.</summary>
/// <remarks>The tests of the collection run one after another; each uses names of its own.</remarks>
[CollectionDefinition(Name)]
public sealed class AmpctlCluster : IAsyncLifetime, ICollectionFixture<AmpctlCluster>
{
    public const string Name = "ampctl";
    public const string Network = "devnet";
    public const string Worker = "worker-1";
    public const ulong Tip = 200;

    private static readonly string _ampctl = Repository.Output("Amp.Ctl", "ampctl.dll");

    private WebApplication _chain = null!;
    private WebApplication _worker = null!;
    private LakeServer _server = null!;
    private string _scratch = null!;

    internal RunningController Controller { get; private set; } = null!;

    /// <summary>Where commands run, with a program <c>ampctl</c> that PATH finds first.</summary>
    public string Folder { get; private set; } = null!;

    public Uri ChainUrl => DevChainHost.Address(_chain);

    public Uri Flight => _server.Flight;

    public Uri JsonLines => _server.JsonLines;

    /// <summary>Requests that the server has not finished.</summary>
    public int ActiveQueries => _server.ActiveRequests;

    public async ValueTask InitializeAsync()
    {
        Folder = TestFolder.Create("amp-ctl-");
        _scratch = TestFolder.Create("amp-ctl-worker-");
        var program = Path.Combine(Folder, "bin", "ampctl");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec '{DotnetHost.Program}' '{_ampctl}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        _chain = DevChainHost.Build(new DevChainSettings { Port = 0, Blocks = Tip });
        await _chain.StartAsync();
        Controller = await RunningController.StartAsync(folder => File.WriteAllText(Path.Combine(folder, "providers", "devnet.toml"), Provider(Network)));
        _worker = WorkerHost.Build(
            SettingsLoader.Load(new SettingsRequest
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["AMP_CONFIG_METADATA_DB__URL"] = Controller.Database.ConnectionString,
                    ["AMP_CONFIG_DATA_DIR"] = Path.Combine(Controller.Folder, "data"),
                    ["AMP_CONFIG_PROVIDERS_DIR"] = Controller.ProvidersDir,
                    ["AMP_LOG"] = "error",
                },
                CurrentFolder = _scratch,
                DefaultFolder = _scratch,
            }),
            Worker);
        await _worker.StartAsync();
        _server = await LakeServer.StartAsync(Path.Combine(Controller.Folder, "data"), Controller.Database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _worker.StopAsync();
        await _worker.DisposeAsync();
        await Controller.DisposeAsync();
        await _chain.StopAsync();
        await _chain.DisposeAsync();
        foreach (var folder in (string[])[Folder, _scratch])
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>The file of a provider of the simulated chain.</summary>
    public string Provider(string network) => $"kind = \"evm-rpc\"\nnetwork = \"{network}\"\nurl = \"{ChainUrl.ToString().TrimEnd('/')}\"\n";

    /// <summary>Runs <c>ampctl</c> in pipes.</summary>
    public Task<AmpctlRun> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    public async Task<AmpctlRun> RunAsync(string[] arguments, string? input, params (string Variable, string Value)[] environment)
    {
        using var process = Start(DotnetHost.Program, [_ampctl, .. arguments], environment);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Runs a script of bash, where <c>ampctl</c> is a program.</summary>
    public async Task<AmpctlRun> BashAsync(string script)
    {
        using var process = Start("bash", ["-c", script]);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Starts <c>ampctl</c> in a pseudo-terminal, 160 columns wide; what is typed goes to its standard input.</summary>
    public AmpctlTerminal OpenTerminal(string[] arguments, params (string Variable, string Value)[] environment)
    {
        var command = string.Join(' ', arguments.Prepend(_ampctl).Prepend(DotnetHost.Program).Select(a => $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return new AmpctlTerminal(Start("script", ["-qec", $"stty cols 160 && exec {command}", "/dev/null"], environment));
    }

    public async Task<AmpctlRun> InTerminalAsync(params string[] arguments)
    {
        await using var terminal = OpenTerminal(arguments);
        return await terminal.EndAsync();
    }

    /// <summary>Registers and extracts a dataset of its first blocks; the job's id.</summary>
    public async Task<long> ExtractAsync(string name, ulong last)
    {
        await Controller.RegisterAsync("test", name, "1.0.0", network: Network);
        var job = await Controller.DeployAsync($"test/{name}/versions/1.0.0", string.Create(CultureInfo.InvariantCulture, $$"""{"end_block": {{last}}}"""));
        await Eventually.SatisfiesAsync(() => Controller.GetAsync($"/jobs/{job}"), a => a.Json["status"]!.GetValue<string>() == "COMPLETED", $"job {job} completes");
        return job;
    }

    private Process Start(string program, IEnumerable<string> arguments, params (string Variable, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        start.Environment["AMP_ADMIN_URL"] = Controller.Client.BaseAddress!.ToString();
        start.Environment["AMP_SERVER_URL"] = Flight.ToString();
        start.Environment["PATH"] = $"{Path.Combine(Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    private static async Task<AmpctlRun> EndAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new AmpctlRun(process.ExitCode, await output, (await errors).Trim());
    }
}
