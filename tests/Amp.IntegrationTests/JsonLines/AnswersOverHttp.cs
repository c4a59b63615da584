using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Amp.Query.Execution;
using Amp.TestKit.Lakes;
using ZstdSharp;

namespace Amp.IntegrationTests.JsonLines;

public sealed class AnswersOverHttp : IAsyncLifetime
{
    private RestoredLake _lake = null!;
    private JsonLinesServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _lake = await RestoredLake.OpenAsync();
        _server = await JsonLinesServer.StartAsync(_lake.Database.DataSource, new QueryLimits { DataFolders = [_lake.Root] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_lake is not null)
            await _lake.DisposeAsync();
    }

    [Fact]
    public async Task Every_row_is_one_object_on_one_line()
    {
        using var answer = await _server.PostAsync("select * from eth_rpc.logs");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.Equal(RestoredLake.Logs, lines.Length - 1);
        Assert.All(lines[..^1], line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact]
    public async Task Values_have_the_forms_of_the_wire()
    {
        using var answer = await _server.PostAsync("select * from eth_rpc.transactions order by tx_index limit 1");
        var row = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("15000000", row.GetProperty("_block_num").GetRawText());
        Assert.Equal("2022-06-21T02:28:20Z", row.GetProperty("timestamp").GetString());
        Assert.Matches("^[0-9a-f]{64}$", row.GetProperty("tx_hash").GetString());
        Assert.Matches("^[0-9a-f]{40}$", row.GetProperty("from").GetString());
        Assert.Equal(JsonValueKind.True, row.GetProperty("status").ValueKind);
        Assert.Matches("^[0-9]+$", row.GetProperty("max_fee_per_gas").GetRawText());
        Assert.False(row.TryGetProperty("contract_address", out _), "the file has no such column, so it is null, so it is left out");
        Assert.False(row.TryGetProperty("state_root", out _));
    }

    [Fact]
    public async Task The_sql_may_stand_in_json()
    {
        using var answer = await _server.Client.PostAsync("/query", new StringContent("""{"sql": "select count(*) as n from eth_rpc.blocks"}"""));
        Assert.Equal("{\"n\":1}\n", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"sql": "select 1 as a", "stream": true}""", "\"stream\" is not known; known are sql")]
    [InlineData("""{"SQL": "select 1 as a"}""", "\"SQL\" is not known")]
    [InlineData("""{"sql": "select 1 as a", "sql": "select 2 as a"}""", "sql")]
    [InlineData("{}", "\"sql\" is missing")]
    [InlineData("""{"sql": 1}""", "$.sql: a string is needed, not a number")]
    [InlineData("""["select 1 as a"]""", "an object is needed, not an array")]
    [InlineData("""{"sql": "\ud800"}""", "not valid Unicode")]
    [InlineData("select 1", "the JSON is broken")]
    [InlineData("", "the JSON is broken")]
    public async Task Json_that_asks_for_something_else_is_refused_by_name(string body, string told)
    {
        using var answer = await _server.Client.PostAsync("/query", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("INVALID_REQUEST", error.GetProperty("error_code").GetString());
        Assert.Contains(told, error.GetProperty("error_message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_rows_is_empty_and_ok()
    {
        using var answer = await _server.PostAsync("select * from eth_rpc.blocks where false");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Answers_are_compressed_as_the_client_accepts(string coding)
    {
        const string Sql = "select tx_hash, log_index from eth_rpc.logs order by log_index";
        using var plain = await _server.PostAsync(Sql);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Sql) };
        request.Headers.Add("Accept-Encoding", coding);
        using var answer = await _server.Client.SendAsync(request);
        Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
        var packed = await answer.Content.ReadAsStreamAsync();
        await using Stream unpacked = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            _ => new DecompressionStream(packed),
        };
        using var text = new StreamReader(unpacked, Encoding.UTF8);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await text.ReadToEndAsync());
    }

    [Theory]
    [InlineData("", 400, "INVALID_SQL_STRING", "The SQL is empty: send one SELECT.")]
    [InlineData("  -- nothing\n ; ", 400, "INVALID_SQL_STRING", "The SQL is empty: send one SELECT.")]
    [InlineData("select from where", 400, "SQL_PARSE_ERROR", "where")]
    [InlineData("select 1 as a; select 2 as b", 400, "SQL_PARSE_ERROR", "2 statements were sent")]
    [InlineData("drop table x", 400, "INVALID_PLAN", "Only SELECT")]
    [InlineData("select no_such_column from eth_rpc.blocks", 400, "INVALID_PLAN", "\"no_such_column\"")]
    [InlineData("select * from read_text('/etc/passwd')", 400, "INVALID_PLAN", "read_text")]
    [InlineData("select * from '/etc/passwd'", 404, "TABLE_NOT_FOUND_ERROR", "/etc/passwd")]
    [InlineData("copy (select 1 as a) to '/tmp/x'", 400, "INVALID_PLAN", "Only SELECT")]
    [InlineData("select * from eth_rpc.blocks settings stream = true", 400, "STREAMING_NOT_SUPPORTED", "SETTINGS stream = true")]
    [InlineData("select * from eth_rpc.receipts", 404, "TABLE_NOT_FOUND_ERROR", "receipts")]
    [InlineData("select * from \"no/such\".blocks", 404, "TABLE_NOT_FOUND_ERROR", "no/such")]
    [InlineData("select * from \"_/eth_rpc@9.9.9\".blocks", 404, "TABLE_NOT_FOUND_ERROR", "9.9.9")]
    [InlineData("select cast('x' as integer) as n", 500, "EXECUTION_ERROR", "'x'")]
    public async Task Mistakes_are_answered_with_status_code_and_what_is_wrong(string sql, int status, string code, string told)
    {
        using var answer = await _server.PostAsync(sql);
        Assert.Equal(status, (int)answer.StatusCode);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(code, error.GetProperty("error_code").GetString());
        Assert.Contains(told, error.GetProperty("error_message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing/here", 404, "NOT_FOUND", "'/nothing/here'")]
    [InlineData("POST", "/v1/query", 404, "NOT_FOUND", "'/v1/query'")]
    [InlineData("GET", "/query", 405, "METHOD_NOT_ALLOWED", "GET /query is not served: POST is needed")]
    [InlineData("PUT", "/", 405, "METHOD_NOT_ALLOWED", "GET or POST is needed")]
    [InlineData("DELETE", "/health", 405, "METHOD_NOT_ALLOWED", "GET is needed")]
    public async Task What_is_not_served_says_so(string method, string path, int status, string code, string told)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _server.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(code, error.GetProperty("error_code").GetString());
        Assert.Contains(told, error.GetProperty("error_message").GetString(), StringComparison.Ordinal);
        Assert.Equal(status == 405, answer.Content.Headers.Allow.Count > 0);
    }

    [Fact]
    public async Task A_syntax_error_tells_where_it_is()
    {
        using var answer = await _server.PostAsync("select x'ff' as a, from x y z");
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error_message").GetString();
        Assert.Contains("position 28", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_answer_ends_with_the_error_and_without_a_clean_end()
    {
        const string Sql = "select case when i < 1500000 then i else error('too far') end as i from range(2000000) t(i)";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Sql) };
        using var answer = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = new StringBuilder();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
                text.Clear().Append(line);
        });
        var error = JsonDocument.Parse(text.ToString()).RootElement;
        Assert.Equal("EXECUTION_ERROR", error.GetProperty("error_code").GetString());
        Assert.Contains("too far", error.GetProperty("error_message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_tells_how_to_ask()
    {
        Assert.Contains("curl", await _server.Client.GetStringAsync("/"), StringComparison.Ordinal);
        using var health = await _server.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
