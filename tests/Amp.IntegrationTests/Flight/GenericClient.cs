using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Servers;

namespace Amp.IntegrationTests.Flight;

/// <summary>A Flight SQL client in another language, <c>tests/node/flight.mjs</c>: JavaScript's gRPC and Arrow, which share no code with .NET's.</summary>
public sealed class GenericClient(TwoServers servers) : IClassFixture<TwoServers>
{
    [Theory]
    [InlineData("select * from eth_rpc.transactions order by tx_index limit 30")]
    [InlineData("select *, [log_index, 7] as list, {'a': topic0, 'b': log_index} as pair from eth_rpc.logs order by log_index limit 30")]
    public async Task A_client_in_JavaScript_browses_and_reads_what_the_other_wire_says(string sql)
    {
        using var answer = await RunAsync(servers.One.Flight, sql);
        var root = answer.RootElement;

        Assert.Equal(["amp"], root.GetProperty("catalogs").EnumerateArray().Select(c => c.GetProperty("catalog_name").GetString()));
        Assert.Equal(["_/eth_rpc", "demo/plain", "demo/plain_two"], root.GetProperty("schemas").EnumerateArray().Select(c => c.GetProperty("db_schema_name").GetString()));
        Assert.Equal(["blocks", "logs", "transactions"], root.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.All(root.GetProperty("tables").EnumerateArray(), t => Assert.Equal("_block_num Uint64", t.GetProperty("columns")[0].GetString()));
        Assert.Equal("_block_num Uint64", root.GetProperty("types")[0].GetString());
        Assert.Contains("timestamp Timestamp<NANOSECOND, +00:00>", root.GetProperty("types").EnumerateArray().Select(t => t.GetString()));

        var expected = (await LinesAsync(sql)).ConvertAll(Text);
        Assert.NotEmpty(expected);
        foreach (var way in new[] { "rows", "preparedRows", "zstdRows", "lz4Rows" })
            Assert.Equal(expected, root.GetProperty(way).EnumerateArray().Select(Text));
        Assert.Equal(
            root.GetProperty("types").EnumerateArray().Select(t => t.GetString()!.Split(' ')[0]),
            root.GetProperty("preparedColumns").EnumerateArray().Select(c => c.GetString()));
    }

    /// <summary>A value with numbers as text, and without what is null.</summary>
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => $"{p.Name}: {Text(p.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(Text)) + "]",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private async Task<List<JsonElement>> LinesAsync(string sql)
    {
        using var http = new HttpClient();
        using var content = new StringContent(sql);
        using var response = await http.PostAsync(servers.One.JsonLines, content);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<JsonDocument> RunAsync(Uri server, string sql)
    {
        var folder = Path.Combine(Repository.Root, "tests", "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "apache-arrow")))
            Missing.Skip("The packages of the Flight client are absent: npm ci --prefix tests/node");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "flight.mjs"), server.ToString(), sql])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process? started = null;
        try
        {
            started = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Missing.Skip("node is absent.");
        }

        using var process = started!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return JsonDocument.Parse(output);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
