using Amp.LocalPostgres.Processes;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.TestKit.Proxies;

/// <summary>A real nginx before the servers of a cluster, with one address a wire, which hands requests to them in turn; gRPC goes as HTTP/2 without TLS.</summary>
public sealed class NginxProxy : IAsyncDisposable
{
    private readonly GuardedProcess _process;
    private readonly string _folder;

    private NginxProxy(GuardedProcess process, string folder, Uri jsonLines, Uri flight)
    {
        _process = process;
        _folder = folder;
        JsonLines = jsonLines;
        Flight = flight;
    }

    public Uri JsonLines { get; }

    public Uri Flight { get; }

    /// <summary>Starts one; skips the running test where there is none, fails it in CI.</summary>
    public static async Task<NginxProxy> StartAsync(IReadOnlyList<ServerProcess> servers)
    {
        var program = Find();
        var (jsonl, flight) = (LoopbackPorts.Free(), LoopbackPorts.Free());
        var folder = Directory.CreateTempSubdirectory("amp-nginx-").FullName;
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              upstream jsonl { {{string.Join(' ', servers.Select(s => $"server 127.0.0.1:{s.JsonLines.Port} fail_timeout=1s;"))}} }
              upstream flight { {{string.Join(' ', servers.Select(s => $"server 127.0.0.1:{s.Flight.Port} fail_timeout=1s;"))}} }
              server {
                listen 127.0.0.1:{{jsonl}};
                location / { proxy_pass http://jsonl; proxy_http_version 1.1; proxy_buffering off; add_header X-Server $upstream_addr always; }
              }
              server {
                listen 127.0.0.1:{{flight}} http2;
                location / { grpc_pass grpc://flight; add_header x-server $upstream_addr always; }
              }
            }
            """);
        var process = GuardedProcess.Start(new GuardedProcessSettings(program, ["-p", folder, "-e", "stderr", "-c", file]) { WorkingDirectory = folder, RemoveOnOwnerDeath = folder });
        var proxy = new NginxProxy(process, folder, new Uri($"http://127.0.0.1:{jsonl}"), new Uri($"http://127.0.0.1:{flight}"));
        using var http = new HttpClient();
        await Eventually.TrueAsync(async () => (await http.GetAsync(new Uri(proxy.JsonLines, "/health"))).IsSuccessStatusCode, "nginx hands requests on");
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        // Its workers end with it.
        await _process.StopAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Find()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);
        if (found is null)
            Missing.Skip("nginx is absent: apt-get install nginx");
        return found;
    }
}
