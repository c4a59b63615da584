using System.Globalization;
using System.Numerics;
using System.Text;
using Amp.Query.Execution;
using Amp.Query.Functions;
using Amp.Server.JsonLines;
using Amp.Shared.Faults;
using Amp.TestKit;

namespace Amp.UnitTests.Query;

/// <summary>What is encoded, against the examples of the ABI specification and against a plain encoder of these tests.</summary>
public sealed class EvmEncodingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("69, true, 'baz(uint32 x, bool y)'", "cdcd77c0|45|1")]
    [InlineData("['0x616263', '0x646566'], 'bar(bytes3[2])'", "fce353f6|616263>|646566>")]
    [InlineData("'dave'::blob, true, [1, 2, 3], 'sam(bytes,bool,uint[])'", "a5643bf2|60|1|a0|4|64617665>|3|1|2|3")]
    [InlineData("291, [1110, 1929], '1234567890'::blob, 'Hello, world!'::blob, 'f(uint256,uint32[],bytes10,bytes)'", "8be65246|123|80|31323334353637383930>|e0|2|456|789|d|48656c6c6f2c20776f726c6421>")]
    [InlineData("[[1, 2], [3]], ['one', 'two', 'three'], 'g(uint256[][],string[])'", "2289b18c|40|140|2|40|a0|2|1|2|1|3|3|60|a0|e0|3|6f6e65>|3|74776f>|5|7468726565>")]
    [InlineData("'totalSupply()'", "18160ddd")]
    public async Task Calls_of_the_specification(string arguments, string expected) =>
        Assert.Equal($"\"{Words(expected)}\"", await OneAsync($"evm_encode_params({arguments})"));

    [Theory]
    [InlineData("255", "uint8", "ff")]
    [InlineData("255::utinyint", "uint8", "ff")]
    [InlineData("'115792089237316195423570985008687907853269984665640564039457584007913129639935'", "uint256", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("'-57896044618658097711785492504343953926634992332820282019728792003956564819968'", "int256", "8000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("'57896044618658097711785492504343953926634992332820282019728792003956564819967'", "int256", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("18446744073709551615::ubigint", "uint64", "ffffffffffffffff")]
    [InlineData("12.00::decimal(10,2)", "uint8", "c")]
    [InlineData("'+7'", "uint8", "7")]
    [InlineData("'-0'", "uint8", "0")]
    [InlineData("'000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001'", "uint8", "1")]
    [InlineData("'0xAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", "address", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("x'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'", "address", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [InlineData("'0x'", "bytes", "20|0")]
    [InlineData("''", "string", "20|0")]
    [InlineData("'é'", "string", "20|2|c3a9>")]
    [InlineData("[]", "address[]", "20|0")]
    [InlineData("list_sort([3, 1, 2])", "uint8[]", "20|3|1|2|3")]
    [InlineData("list_reverse(list_filter([3, 1, 2], x -> x < 3))", "uint8[]", "20|2|2|1")]
    [InlineData("[1, 2, 3][2:]", "uint8[]", "20|2|2|3")]
    [InlineData("array_value(1, 2)", "uint8[2]", "1|2")]
    [InlineData("{'y': false, 'X': 5}", "(uint8 x, bool y)", "5|0")]
    [InlineData("row(5, false)", "(uint8 x, bool y)", "5|0")]
    [InlineData("{'a': 5, 'b': false}", "(uint8, bool)", "5|0")]
    [InlineData("null", "uint8", null)]
    [InlineData("null::double", "uint8", null)]
    [InlineData("[1, null]", "uint8[]", null)]
    [InlineData("{'x': null, 'y': true}", "(uint8 x, bool y)", null)]
    public async Task Values_of_a_type(string value, string type, string? expected) =>
        Assert.Equal(expected is null ? null : $"\"{Words("|" + expected)}\"", await OneAsync($"evm_encode_type({value}, '{type}')"));

    [Theory]
    [InlineData("256", "uint8", "'256' is none")]
    [InlineData("-1", "uint8", "'-1' is none")]
    [InlineData("128", "int8", "'128' is none")]
    [InlineData("'57896044618658097711785492504343953926634992332820282019728792003956564819968'", "int256", "is none")]
    [InlineData("'115792089237316195423570985008687907853269984665640564039457584007913129639936'", "uint256", "is none")]
    [InlineData("1.5", "uint8", "'1.5' is none")]
    [InlineData("'0x05'", "uint8", "'0x05' is none")]
    [InlineData("''", "uint8", "'' is none")]
    [InlineData("5::double", "uint8", "an integer, a DECIMAL, or decimal digits as text is needed")]
    [InlineData("x'aabb'", "address", "it has 2 bytes, and 20 are needed")]
    [InlineData("'aabb'", "bytes", "is not 0x and an even number of hex digits")]
    [InlineData("'0xzz'", "bytes", "is not 0x and an even number of hex digits")]
    [InlineData("[1, 2, 3]", "uint8[2]", "it has 3 elements, and 2 are needed")]
    [InlineData("[[1], [300]]", "uint8[][]", "an element of an element of the argument 'value' cannot be encoded as uint8: '300' is none")]
    [InlineData("{'from': x'', 'too': x''}", "(address to, address from)", "the members of the struct are 'from', 'too', and 'to', 'from' are needed")]
    [InlineData("{'a': 1}", "(uint8, uint8)", "the struct has 1 members, and 2 are needed")]
    [InlineData("1", "bool", "a BOOLEAN is needed")]
    public async Task A_value_that_does_not_fit_is_told_and_never_encoded(string value, string type, string told)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => OneAsync($"evm_encode_type({value}, '{type}')"));
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_encoded_is_decoded() => Assert.Equal(
        "{\"to\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"amounts\":[\"1\",\"2\"]}",
        await OneAsync("evm_decode_params(evm_encode_params('0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', [1, 2], 'pay(address to, uint256[] amounts)'), 'pay(address to, uint256[] amounts)')"));

    [Fact]
    public async Task As_many_arguments_as_the_signature_has_parameters() =>
        Assert.Contains(
            "takes 3 arguments, not 2", (await Assert.ThrowsAsync<AmpException>(() => OneAsync("evm_encode_params(1, 'f(uint8,uint8)')"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_encoded_is_what_a_plain_encoder_makes_and_is_decoded_to_what_it_was()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var engine = NoTables.Engine();
        var compared = 0;
        for (var round = 0; round < 60; round++)
        {
            var type = AbiSample.Type(random, depth: 0);
            var values = Enumerable.Range(0, 5).Select(_ => AbiSample.Value(random, type)).ToList();
            var rows = string.Join(", ", values.Select((v, i) => $"({i}, {v.Sql}, x'{AbiSample.EncodeOnly(type, v)}')"));
            IReadOnlyList<string> lines;
            try
            {
                lines = await LinesAsync(engine, $"select evm_encode_params(v, 'f({type.Name})') as e, evm_encode_type(v, '{type.Name}') as t, evm_decode_type(x, '{type.Name}') as d from (values {rows}) as r(i, v, x) order by i");
            }
            catch (AmpException e) when (e.Code == ErrorCode.ResourcesExhausted)
            {
                // Large values go beyond what one may become by the estimate.
                continue;
            }

            compared += lines.Count;
            for (var i = 0; i < values.Count; i++)
            {
                using var line = System.Text.Json.JsonDocument.Parse(lines[i]);
                var expected = AbiSample.EncodeOnly(type, values[i]);
                Assert.True(expected == line.RootElement.GetProperty("e").GetString()![8..], $"seed {seed}, {type.Name}: {values[i].Sql}");
                Assert.True(values[i].Json == line.RootElement.GetProperty("d").GetRawText(), $"seed {seed}, {type.Name}: {values[i].Json} became {line.RootElement.GetProperty("d").GetRawText()}");
                Assert.Equal(expected, line.RootElement.GetProperty("t").GetString());
            }
        }

        Assert.True(compared > 100, $"seed {seed}: {compared} values");
    }

    [Fact]
    public async Task The_page_of_functions_is_what_the_code_says_and_its_examples_are_true()
    {
        using var page = new StringWriter { NewLine = "\n" };
        FunctionsPage.Write(page);
        Assert.Equal(page.ToString(), await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "functions.md"), Ct));
        foreach (var (expression, value) in EvmFunctions.All.SelectMany(e => e.Examples))
            Assert.Equal(value, await OneAsync(expression));
        Assert.All(EvmFunctions.All, e => Assert.NotEmpty(e.Examples));
    }

    /// <summary>A selector and its words, without their zeros: those of numbers stand before, those of bytes (&gt;) behind.</summary>
    private static string Words(string input) => string.Concat(input.Split('|').Select((w, i) => i == 0 ? w : w.EndsWith('>') ? w[..^1].PadRight(64, '0') : w.PadLeft(64, '0')));

    /// <summary>As JSON Lines shows it; null where it leaves it out.</summary>
    private static async Task<string?> OneAsync(string expression)
    {
        using var engine = NoTables.Engine();
        var line = Assert.Single(await LinesAsync(engine, $"select {expression} as v"));
        return line == "{}" ? null : line["{\"v\":".Length..^1];
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(QueryEngine engine, string sql)
    {
        await using var query = await engine.PlanAsync(sql, Ct);
        var encoder = new JsonLinesEncoder(query.Schema);
        var lines = new List<string>();
        await foreach (var batch in query.ExecuteAsync(Ct))
        {
            using (batch)
            using (var text = encoder.Encode(batch))
                lines.AddRange(Encoding.UTF8.GetString(text.Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }
}
