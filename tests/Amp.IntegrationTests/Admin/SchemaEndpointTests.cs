using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Shared.Faults;
using Amp.TestKit.Queries;

namespace Amp.IntegrationTests.Admin;

public sealed class SchemaEndpointTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RunningController _controller = null!;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        await _controller.RegisterAsync("n", "d", "1.0.0");
        await _controller.RegisterAsync("n", "only_dev", version: null);
        await _controller.RegisterAsync("_", "plain", "1.0.0");
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task A_failure_within_the_engine_is_told_without_its_stack()
    {
        var answer = await AskAsync("SELECT a from range(3) tbl(a) GROUP BY a HAVING (SELECT COUNT(*) FROM range(2) t2(v) WHERE TRY(tbl.a + tbl.a) > 0) > 0");
        answer.IsError(500, "INTERNAL_ERROR", "The query engine failed within itself");
        Assert.DoesNotContain("INTERNAL Error", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("libduckdb", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_told_in_the_types_of_manifests()
    {
        var answer = await AskAsync("""
            SELECT _block_num, hash, "timestamp", difficulty, "extra_data", count(*) AS n, sum(gas_used) AS gas, 1.5 AS half, [1, 2] AS list, {'a': 'x'} AS pair, NULL AS nothing
            FROM x.blocks GROUP BY ALL
            """);
        Assert.True(answer.Status == 200, answer.Text);
        var fields = answer.Json["schemas"]!["t"]!["arrow"]!["fields"]!.AsArray();
        Assert.Equal(
            [
                "_block_num: \"UInt64\"", "hash: {\"FixedSizeBinary\":32}", "timestamp: {\"Timestamp\":[\"Nanosecond\",\"+00:00\"]}", "difficulty: {\"Decimal128\":[38,0]}",
                "extra_data: \"Binary\"", "n: \"Int64\"", "gas: \"UInt64\"", "half: {\"Decimal128\":[2,1]}",
                "list: {\"List\":{\"name\":\"element\",\"data_type\":\"Int32\",\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}}",
                "pair: {\"Struct\":[{\"name\":\"a\",\"data_type\":\"Utf8\",\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}]}", "nothing: \"Int32\"",
            ],
            fields.Select(f => $"{f!["name"]}: {f["type"]!.ToJsonString(_plain)}"));
        Assert.False(fields[0]!["nullable"]!.GetValue<bool>());

        // What was told is what a manifest declares.
        var manifest = new JsonObject
        {
            ["kind"] = "manifest",
            ["dependencies"] = new JsonObject { ["x"] = "n/d@1.0.0" },
            ["tables"] = new JsonObject { ["t"] = new JsonObject { ["input"] = new JsonObject { ["sql"] = "SELECT 1" }, ["schema"] = answer.Json["schemas"]!["t"]!.DeepClone() } },
        };
        Assert.Equal(201, (await _controller.PostAsync("/manifests", manifest.ToJsonString())).Status);
    }

    [Fact]
    public async Task Tables_are_named_by_an_alias_or_as_in_queries()
    {
        foreach (var sql in (string[])
        [
            "SELECT hash FROM x.blocks",
            "SELECT hash FROM \"n/d\".blocks",
            "SELECT hash FROM \"n/d@1.0.0\".blocks",
            "SELECT hash FROM \"n/d@dev\".blocks",
            "SELECT hash FROM \"n/only_dev\".blocks",
            "SELECT hash FROM plain.blocks",
            "SELECT a.hash FROM x.blocks a JOIN \"n/only_dev\".blocks b USING (hash)",
        ])
        {
            Assert.Equal("""{"schemas":{"t":{"arrow":{"fields":[{"name":"hash","type":{"FixedSizeBinary":32},"nullable":false}]}}}}""", (await AskAsync(sql)).Text);
        }
    }

    [Fact]
    public async Task What_is_wrong_with_the_sql_is_told()
    {
        foreach (var (sql, status, code, part) in ((string, int, string, string)[])
        [
            ("SELECT", 400, "SQL_PARSE_ERROR", "$.tables.t"),
            ("", 400, "INVALID_SQL_STRING", "$.tables.t"),
            ("SELECT 1 AS a; SELECT 2 AS a", 400, "SQL_PARSE_ERROR", "exactly one"),
            ("SELECT nothing FROM x.blocks", 400, "INVALID_PLAN", "nothing"),
            ("SELECT hash FROM x.traces", 404, "TABLE_NOT_FOUND_ERROR", "blocks, logs, transactions"),
            ("SELECT hash FROM \"n/gone\".blocks", 404, "TABLE_NOT_FOUND_ERROR", "n/gone"),
            ("SELECT hash FROM x.blocks SETTINGS stream = true", 400, "STREAMING_NOT_SUPPORTED", "stream"),
            ("SELECT regexp_matches('a', '((((a{1,100}){1,100}){1,100}){1,100})') AS a", 400, "EXECUTION_ERROR", "$.tables.t"),
            ("SELECT CAST('10:00' AS TIME) AS a", 400, "INVALID_PLAN", "\"a\""),
        ])
        {
            (await AskAsync(sql)).IsError(status, code, part);
        }
    }

    [Fact]
    public async Task What_is_wrong_with_the_body_is_told()
    {
        foreach (var (body, status, code, part) in ((string, int, string, string)[])
        [
            ("""{"tables":{"t":"SELECT 1 AS a"},"dependencies":{"x":"n/gone@1.0.0"}}""", 404, "DATASET_NOT_FOUND", "n/gone"),
            ("""{"tables":{"t":"SELECT 1 AS a"},"dependencies":{"x":"N/D"}}""", 400, "INVALID_PAYLOAD", "$.dependencies.x"),
            ("""{"tables":{"a-b":"SELECT 1 AS a"}}""", 400, "INVALID_PAYLOAD", "'a-b'"),
            ("""{"tables":{"t":1}}""", 400, "INVALID_PAYLOAD", "$.tables.t"),
            ("""{"tables":[]}""", 400, "INVALID_PAYLOAD", "$.tables"),
            ("""{"functions":{"f":{}}}""", 400, "INVALID_PAYLOAD", "$.functions"),
            ("""{"table":{}}""", 400, "INVALID_PAYLOAD", "\"table\" is not known"),
        ])
        {
            (await _controller.PostAsync("/schema", body)).IsError(status, code, part);
        }
    }

    [Fact]
    public async Task More_tables_than_can_be_planned_in_time_are_refused()
    {
        var tables = new JsonObject(Enumerable.Range(0, 257).Select(i => KeyValuePair.Create<string, JsonNode?>($"t{i}", "SELECT 1 AS a")));
        (await _controller.PostAsync("/schema", new JsonObject { ["tables"] = tables }.ToJsonString())).IsError(400, "INVALID_PAYLOAD", "257", "256");
        Assert.Equal("""{"schemas":{}}""", (await _controller.PostAsync("/schema", "{}")).Text);
    }

    [Fact]
    public async Task What_no_query_may_reach_or_ask_is_refused_here_too()
    {
        await _controller.PostAsync("/datasets", """
            {"namespace":"test","name":"small","manifest":{"kind":"manifest","tables":{"one":{"input":{"sql":"SELECT 1"},"schema":{"arrow":{"fields":[
            {"name":"_block_num","type":"UInt64","nullable":false},{"name":"n","type":"Int64","nullable":false},{"name":"s","type":"Utf8","nullable":true}]}}}}}}
            """);
        // The engine is that of the servers, where all of the bombs are tried.
        foreach (var (sql, code) in AttemptsToLeave.On("\"test/small\".one").Concat(Bombs.OfPlanning.Take(3).Select(b => (b.Sql, b.Code))))
        {
            var answer = await AskAsync(sql);
            Assert.True(answer.Status >= 400 && answer.Json["error_code"]!.GetValue<string>() == code.ToWire(), $"{sql[..Math.Min(sql.Length, 200)]}: {answer.Text}");
            Assert.DoesNotContain(_controller.Folder, answer.Text, StringComparison.Ordinal);
        }
    }

    private Task<Answer> AskAsync(string sql) => _controller.PostAsync(
        "/schema", new JsonObject { ["tables"] = new JsonObject { ["t"] = sql }, ["dependencies"] = new JsonObject { ["x"] = "n/d" } }.ToJsonString());
}
