using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.AppHost;

/// <summary>The built AppHost as a process, on ports and in a folder of its own.</summary>
internal sealed class AppHostRun(int portsFrom) : IAsyncDisposable
{
    private static readonly HttpClient _http = new();

    /// <summary>Variables of the AppHost.</summary>
    public Dictionary<string, string?> Variables { get; } = new(StringComparer.Ordinal);

    public string Folder { get; } = TestFolder.Create("amp-apphost-");

    public Uri Admin { get; } = new($"http://127.0.0.1:{portsFrom + 10}");

    public Uri JsonLines { get; } = new($"http://127.0.0.1:{portsFrom + 3}");

    /// <summary>All ports that are fixed; those of PostgreSQL and of the workers' health are among the free ones.</summary>
    public int[] Ports { get; } = [portsFrom + 2, portsFrom + 3, portsFrom + 4, portsFrom + 5, portsFrom + 10, portsFrom + 45];

    public ServiceProcess? Process { get; private set; }

    public ServiceProcess Launch(params string[] more) => Process = ServiceProcess.Launch(Settings(more));

    public async Task<ServiceProcess> StartAsync(params string[] more) => Process = await ServiceProcess.StartAsync(Ready(Settings(more)));

    /// <summary>As a newcomer starts it, but for the build.</summary>
    public async Task<ServiceProcess> StartByDotnetRunAsync()
    {
        var settings = Settings([]);
        string[] run = ["--no-build", "-c", Repository.Configuration, "--project", Path.Combine(Repository.Root, "Amp.AppHost"), "--", .. settings.Arguments];
        return Process = await ServiceProcess.StartAsync(Ready(settings with { Assembly = "run", Arguments = run }));
    }

    /// <summary>All that the run has written: its console and the log of every resource.</summary>
    public string Everything() =>
        string.Join('\n', Directory.EnumerateFiles(Path.Combine(Folder, "logs")).Select(File.ReadAllText).Prepend(Process!.Log));

    /// <summary>The processes that the AppHost started, and their guards' targets.</summary>
    public IReadOnlyList<int> Children() =>
        [.. Directory.EnumerateDirectories("/proc").Select(f => int.TryParse(Path.GetFileName(f), out var id) ? id : 0).Where(id => id > 0 && Environment(id).Contains(Folder, StringComparison.Ordinal))];

    /// <summary>Nothing that was started here is left; a guard that was told to end may need a moment for it.</summary>
    public Task AllGoneAsync(TimeSpan deadline) => Eventually.TrueAsync(
        () => Children().Count == 0, "every process that the AppHost started is gone", deadline, () => string.Join('\n', Children().Select(CommandLine)));

    public static bool AnyListens(IEnumerable<int> ports) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(l => ports.Contains(l.Port));

    public async Task<JsonElement> QueryAsync(string sql)
    {
        using var answer = await _http.PostAsync(JsonLines, new StringContent(sql, Encoding.UTF8, "text/plain"));
        var text = await answer.Content.ReadAsStringAsync();
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(text.Split('\n')[0]);
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _http.GetStringAsync(new Uri(Admin, path)));

    /// <summary>Waits until the demonstration has so many blocks.</summary>
    public Task<long> BlocksAsync(long atLeast, string dataset = "demo/devchain") => Eventually.SatisfiesAsync(
        async () => (await QueryAsync($"select count(*) as n from \"{dataset}\".blocks")).GetProperty("n").GetInt64(),
        n => n >= atLeast, $"the demonstration has {atLeast} blocks", TimeSpan.FromMinutes(2), () => Process!.Tail(40));

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
            await Process.DisposeAsync();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private ServiceProcessSettings Settings(string[] more) => new("apphost", Repository.Output("Amp.AppHost", "Amp.AppHost.dll"))
    {
        Arguments = ["--amp-dir", Folder, "--ports-from", $"{portsFrom}", .. more],
        Environment = Variables,
        GracePeriod = TimeSpan.FromSeconds(60),
        RemoveOnOwnerDeath = Folder,
    };

    private static ServiceProcessSettings Ready(ServiceProcessSettings settings) =>
        settings with { ReadyLine = "Ctrl-C stops everything", StartDeadline = TimeSpan.FromMinutes(3) };

    // The variables of a process outlive its name: every service of the run has the folder in them, PostgreSQL on its command line.
    private static string CommandLine(int processId) => $"{processId} {Read(processId, "cmdline").Replace('\0', ' ')}";

    private static string Environment(int processId) => Posix.IsAlive(processId) ? Read(processId, "environ") + Read(processId, "cmdline") : "";

    private static string Read(int processId, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
