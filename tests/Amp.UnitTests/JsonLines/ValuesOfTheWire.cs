using System.Text;
using System.Text.Json;
using Amp.Query.Execution;
using Amp.Server.JsonLines;
using Amp.UnitTests.Query;
using Apache.Arrow;

namespace Amp.UnitTests.JsonLines;

public sealed class ValuesOfTheWire : IDisposable
{
    private readonly QueryEngine _engine = NoTables.Engine();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("18446744073709551615::ubigint", "18446744073709551615")]
    [InlineData("(-9223372036854775807 - 1)::bigint", "-9223372036854775808")]
    [InlineData("255::utinyint", "255")]
    [InlineData("(-128)::tinyint", "-128")]
    [InlineData("(-32768)::smallint", "-32768")]
    [InlineData("65535::usmallint", "65535")]
    [InlineData("4294967295::uinteger", "4294967295")]
    [InlineData("0", "0")]
    [InlineData("170141183460469231731687303715884105727::hugeint % '100000000000000000000000000000000000000'::hugeint", "70141183460469231731687303715884105727")]
    [InlineData("-99999999999999999999999999999999999999::decimal(38,0)", "-99999999999999999999999999999999999999")]
    [InlineData("0.05::decimal(5,3)", "0.050")]
    [InlineData("-12.5::decimal(4,1)", "-12.5")]
    [InlineData("1234567.89::decimal(18,2)", "1234567.89")]
    [InlineData("'115792089237316195423570985008687907853269984665640564039457584007913129639935'", "\"115792089237316195423570985008687907853269984665640564039457584007913129639935\"")]
    [InlineData("'340282366920938463463374607431768211455'::uhugeint", "\"340282366920938463463374607431768211455\"")]
    [InlineData("x''", "\"\"")]
    [InlineData("x'00ff7F'", "\"00ff7f\"")]
    [InlineData("x'000102030405060708090a0b0c0d0e0f1011121314'", "\"000102030405060708090a0b0c0d0e0f1011121314\"")]
    [InlineData("timestamptz '2022-06-21 02:28:20+00'", "\"2022-06-21T02:28:20Z\"")]
    [InlineData("timestamptz '2022-06-21 04:28:20.5+02'", "\"2022-06-21T02:28:20.500Z\"")]
    [InlineData("timestamp '1969-12-31 23:59:59.999999'", "\"1969-12-31T23:59:59.999999Z\"")]
    [InlineData("timestamp_ns '2000-02-29 00:00:00.000000001'", "\"2000-02-29T00:00:00.000000001Z\"")]
    [InlineData("timestamp '1700-03-01 00:00:00'", "\"1700-03-01T00:00:00Z\"")]
    [InlineData("date '2024-12-31'", "\"2024-12-31\"")]
    [InlineData("date '0001-01-01'", "\"0001-01-01\"")]
    [InlineData("time '23:59:59.25'", "\"23:59:59.250\"")]
    [InlineData("interval '1 month 2 days 3.5 seconds'", "\"P1M2DT3.5S\"")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("1.5::double", "1.5")]
    [InlineData("1e300::double", "1E+300")]
    [InlineData("'nan'::double", "null")]
    [InlineData("'-inf'::float", "null")]
    [InlineData("''", "\"\"")]
    [InlineData("'quote \" backslash \\ tab' || chr(9) || 'bell' || chr(7) || 'é 😀'", "\"quote \\\" backslash \\\\ tab\\tbell\\u0007é 😀\"")]
    [InlineData("[1, null, 3]", "[1,null,3]")]
    [InlineData("[]::integer[]", "[]")]
    [InlineData("[['a'], [], null, ['b', 'c']]", "[[\"a\"],[],null,[\"b\",\"c\"]]")]
    [InlineData("{'a': 1, 'b': null::varchar, 'c': [{'d': x'ab'}]}", "{\"a\":1,\"c\":[{\"d\":\"ab\"}]}")]
    [InlineData("{'a': null::integer}", "{}")]
    [InlineData("map {'k': 1}", "[{\"key\":\"k\",\"value\":1}]")]
    [InlineData("uuid '00112233-4455-6677-8899-aabbccddeeff'", "\"00112233-4455-6677-8899-aabbccddeeff\"")]
    public async Task Each_type_has_its_form(string expression, string expected)
    {
        Assert.Equal($"{{\"v\":{expected}}}\n", await JsonAsync($"select {expression} as v"));
        // In the last of many rows, behind nulls, and not folded into a constant.
        var lines = (await JsonAsync($"select case when range = 5000 then ({expression}) end as v from range(5001)")).Split('\n');
        Assert.Equal(5002, lines.Length);
        Assert.All(lines[..5000], line => Assert.Equal("{}", line));
        Assert.Equal($"{{\"v\":{expected}}}", lines[5000]);
    }

    [Fact]
    public async Task Nulls_are_left_out()
    {
        Assert.Equal("{\"a\":1,\"c\":3}\n", await JsonAsync("select 1 as a, null::integer as b, 3 as c"));
        Assert.Equal("{}\n", await JsonAsync("select null::varchar as a, null as b"));
    }

    [Fact]
    public async Task Arrays_of_fixed_length_are_lists() =>
        Assert.Equal("{\"v\":[0,7]}\n{\"v\":[1,7]}\n", await JsonAsync("select array_value(range, 7) as v from range(2)"));

    [Fact]
    public async Task Names_are_escaped_and_may_be_long()
    {
        var name = "a \"name\" of more than thirty-two bytes, é";
        var json = await JsonAsync($"select 1 as \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\", 2 as \"x\\y\"");
        using var row = JsonDocument.Parse(json);
        Assert.Equal(1, row.RootElement.GetProperty(name).GetInt32());
        Assert.Equal(2, row.RootElement.GetProperty("x\\y").GetInt32());
    }

    [Fact]
    public async Task Rows_of_every_size_are_the_same_as_an_independent_reading_of_the_arrow_batches()
    {
        const string Sql = """
            select range as i, repeat('x', (range * 7919 % 3001)::integer) as t, unhex(repeat('ab', (range * 104729 % 301)::integer)) as b,
                case when range % 3 = 0 then range::double / 7 end as f, [range, range + 1] as l from range(20000)
            """;
        var row = 0;
        foreach (var line in (await JsonAsync(Sql)).TrimEnd('\n').Split('\n'))
        {
            using var parsed = JsonDocument.Parse(line);
            var root = parsed.RootElement;
            Assert.Equal(row, root.GetProperty("i").GetInt64());
            Assert.Equal(new string('x', row * 7919 % 3001), root.GetProperty("t").GetString());
            Assert.Equal(string.Concat(Enumerable.Repeat("ab", (int)(row * 104729L % 301))), root.GetProperty("b").GetString());
            Assert.Equal(row % 3 == 0, root.TryGetProperty("f", out var f));
            if (row % 3 == 0)
                Assert.Equal((double)row / 7, f.GetDouble());
            Assert.Equal($"[{row},{row + 1}]", root.GetProperty("l").GetRawText());
            row++;
        }

        Assert.Equal(20_000, row);
    }

    [Fact]
    public async Task Nested_values_of_many_shapes_are_those_that_the_engine_itself_would_write()
    {
        // Lists of lists and structs in shapes that the engine keeps as constants, dictionaries and slices.
        const string Columns = "[range, 1] as a, [[1], [range]] as b, {'x': [range], 'y': {'z': 'c'}} as c, list_slice(range(range % 5), 1, 2) as d, "
            + "case when range % 2 = 0 then [{'p': range}] else [] end as e, list_transform([1, 2], lambda q: q + range) as f";
        var ours = (await JsonAsync($"select {Columns} from range(3000)")).TrimEnd('\n').Split('\n');
        var theirs = (await JsonAsync($"select to_json({{'a': a, 'b': b, 'c': c, 'd': d, 'e': e, 'f': f}}) as j from (select {Columns} from range(3000))")).TrimEnd('\n').Split('\n');
        Assert.Equal(theirs.Select(t => JsonDocument.Parse(t).RootElement.GetProperty("j").GetString()), ours);
    }

    private async Task<string> JsonAsync(string sql)
    {
        await using var query = await _engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        var encoder = new JsonLinesEncoder(query.Schema);
        var text = new StringBuilder();
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
        {
            using (batch)
            using (var lines = encoder.Encode(batch))
                text.Append(Encoding.UTF8.GetString(lines.Bytes.Span));
        }

        return text.ToString();
    }
}
