using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using Amp.Query.Execution;
using Amp.Query.Functions.Abi;
using Amp.Shared.Faults;
using Amp.TestKit;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>The functions of chain data, through the engine; encodings are those of the ABI specification, or written out word by word.</summary>
public sealed class EvmFunctionsTests
{
    private const string Transfer = "Transfer(address indexed from, address indexed to, uint256 value)";
    private const string Sender = "000000000000000000000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Receiver = "000000000000000000000000bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    /// <summary>The call g([[1, 2], [3]], ["one", "two", "three"]) of the specification.</summary>
    private const string NestedLists = "2289b18c|40|140|2|40|a0|2|1|2|1|3|3|60|a0|e0|3|6f6e65>|3|74776f>|5|7468726565>";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    [InlineData("event Transfer(address indexed from, address indexed to, uint256 value);", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    [InlineData("Swap(address indexed sender, uint amount0In, uint amount1In, uint amount0Out, uint amount1Out, address indexed to)", "d78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822")]
    public async Task The_topic_of_an_event(string signature, string topic)
    {
        var (value, type) = await OneAsync($"evm_topic('{signature}')");
        Assert.Equal(topic, value);
        Assert.Equal(32, Assert.IsType<FixedSizeBinaryType>(type).ByteWidth);
    }

    [Theory]
    [InlineData("function baz(uint32 x, bool y) external pure returns (bool r)", "cdcd77c0|45|1", "{x: 69, y: True}")]
    [InlineData("bar(bytes3[2])", "fce353f6|616263>|646566>", "{c0: [616263, 646566]}")]
    [InlineData("sam(bytes,bool,uint[] many)", "a5643bf2|60|1|a0|4|64617665>|3|1|2|3", "{c0: 64617665, c1: True, many: [1, 2, 3]}")]
    [InlineData("f(uint256,uint32[],bytes10,bytes)", "8be65246|123|80|31323334353637383930>|e0|2|456|789|d|48656c6c6f2c20776f726c6421>", "{c0: 291, c1: [1110, 1929], c2: 31323334353637383930, c3: 48656c6c6f2c20776f726c6421}")]
    [InlineData("g(uint256[][],string[])", NestedLists, "{c0: [[1, 2], [3]], c1: [one, two, three]}")]
    public async Task Calls_of_the_specification(string signature, string input, string expected) =>
        Assert.Equal(expected, (await OneAsync($"evm_decode_params(x'{Words(input)}', '{signature}')")).Value);

    [Fact]
    public async Task A_log_is_decoded_with_the_types_of_its_event_and_its_fields_have_names()
    {
        using var engine = NoTables.Engine();
        var log = $"x'{Sender}', x'{Receiver}', null, x'{Word(1_000_000)}'";
        using var batch = await FirstAsync(engine, $"with d as (select evm_decode_log({log}, '{Transfer}') as t) select t, t.\"from\", t['to'] as receiver, (t).value, evm_decode_hex(t.\"from\") as text from d");
        var type = Assert.IsType<StructType>(batch.Schema.GetFieldByName("t").DataType);
        Assert.Equal(["from", "to", "value"], type.Fields.Select(f => f.Name));
        Assert.Equal(20, Assert.IsType<FixedSizeBinaryType>(type.Fields[0].DataType).ByteWidth);
        Assert.IsType<StringType>(type.Fields[2].DataType);
        Assert.Equal($"{{from: {Sender[24..]}, to: {Receiver[24..]}, value: 1000000}}", Shown(batch.Column(0), 0));
        Assert.Equal(Sender[24..], Shown(batch.Column(1), 0));
        Assert.Equal(20, Assert.IsType<FixedSizeBinaryType>(batch.Schema.FieldsList[1].DataType).ByteWidth);
        Assert.Equal(20, Assert.IsType<FixedSizeBinaryType>(batch.Schema.FieldsList[2].DataType).ByteWidth);
        Assert.Equal("1000000", Shown(batch.Column(3), 0));
        Assert.Equal("0x" + Sender[24..], Shown(batch.Column(4), 0));
    }

    [Theory]
    [InlineData("mainnet-18090206.json.gz")]
    [InlineData("mainnet-18090213.json.gz")]
    public async Task Every_transfer_of_a_mainnet_block_is_what_its_topics_and_data_say(string file)
    {
        await using var packed = File.OpenRead(SharedData.File(file));
        await using var json = new GZipStream(packed, CompressionMode.Decompress);
        using var block = await JsonDocument.ParseAsync(json, cancellationToken: Ct);
        var logs = block.RootElement.GetProperty("receipts").EnumerateObject().SelectMany(r => r.Value.EnumerateArray()).SelectMany(r => r.GetProperty("logs").EnumerateArray())
            .Select(l => (Topics: l.GetProperty("topics").EnumerateArray().Select(t => t.GetString()![2..]).ToArray(), Data: l.GetProperty("data").GetString()![2..])).ToList();
        Assert.True(logs.Count > 300);
        logs.RemoveAll(l => l.Data.Length > 256);
        var rows = string.Join(", ", logs.Select((l, i) => $"({i}, {string.Join(", ", Enumerable.Range(0, 4).Select(t => t < l.Topics.Length ? $"x'{l.Topics[t]}'" : "null::blob"))}, x'{l.Data}')"));

        using var engine = NoTables.Engine();
        using var batch = await FirstAsync(engine, $"select evm_decode(t1, t2, t3, data, '{Transfer}') as t from (values {rows}) l(i, t0, t1, t2, t3, data) where t0 = evm_topic('{Transfer}') order by i");
        var transfers = logs.Where(l => l.Topics.FirstOrDefault() == "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef").ToList();
        Assert.True(transfers.Count > 50);
        Assert.Equal(
            transfers.Select(l => l.Topics.Length == 3
                ? $"{{from: {l.Topics[1][24..]}, to: {l.Topics[2][24..]}, value: {BigInteger.Parse("0" + l.Data, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}}}"
                : "null"),
            Enumerable.Range(0, batch.Length).Select(i => Shown(batch.Column(0), i)));
    }

    [Fact]
    public async Task A_log_of_another_event_with_the_same_topic_is_null()
    {
        var token = $"x'{Sender}', x'{Receiver}', x'{Word(7)}', ''::blob";
        Assert.Equal("null", (await OneAsync($"evm_decode({token}, '{Transfer}')")).Value);
        Assert.Equal($"{{c0: {Sender[24..]}, c1: {Receiver[24..]}, id: 7}}", (await OneAsync($"evm_decode({token}, 'Transfer(address indexed, address indexed, uint256 indexed id)')")).Value);
        Assert.Equal("null", (await OneAsync($"evm_decode(x'{Sender}', null, null, x'{Word(7)}', '{Transfer}')")).Value);
        Assert.Equal("null", (await OneAsync($"evm_decode(x'{Sender}', x'{Receiver}', null, null, '{Transfer}')")).Value);
    }

    [Fact]
    public async Task What_a_topic_does_not_hold_is_its_hash()
    {
        var hash = new string('e', 64);
        var (value, type) = await OneAsync($"evm_decode_log(x'{hash}', null, null, x'{Word(5)}', 'Named(string indexed name, int64 n)')");
        Assert.Equal($"{{name: {hash}, n: 5}}", value);
        Assert.Equal(32, Assert.IsType<FixedSizeBinaryType>(((StructType)type).Fields[0].DataType).ByteWidth);
    }

    [Theory]
    [InlineData("uint8", "ff", "255", typeof(UInt8Type))]
    [InlineData("uint16", "ffff", "65535", typeof(UInt16Type))]
    [InlineData("uint24", "ffffff", "16777215", typeof(UInt32Type))]
    [InlineData("uint64", "ffffffffffffffff", "18446744073709551615", typeof(UInt64Type))]
    [InlineData("uint120", "ffffffffffffffffffffffffffffff", "1329227995784915872903807060280344575", typeof(Decimal128Type))]
    [InlineData("uint128", "ffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455", typeof(StringType))]
    [InlineData("bool", "01", "True", typeof(BooleanType))]
    [InlineData("address", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", typeof(FixedSizeBinaryType))]
    public async Task Values_have_the_type_that_holds_them_all(string type, string digits, string expected, Type arrow)
    {
        var word = digits.PadLeft(64, '0');
        var (value, found) = await OneAsync($"evm_decode_type(x'{word}', '{type}')");
        Assert.Equal(expected, value);
        Assert.IsType(arrow, found);

        // One more than it holds is none of the type.
        Assert.Equal("null", (await OneAsync($"evm_decode_type(x'01{word[2..]}', '{type}')")).Value);
        Assert.Equal("null", (await OneAsync($"evm_decode_type(x'{word[2..]}', '{type}')")).Value);
    }

    [Theory]
    [InlineData("int8")]
    [InlineData("int32")]
    [InlineData("int64")]
    [InlineData("int96")]
    [InlineData("int256")]
    public async Task Signed_integers_to_their_ends(string type)
    {
        var bits = int.Parse(type[3..], CultureInfo.InvariantCulture);
        BigInteger[] values = [BigInteger.Pow(2, bits - 1) - 1, -BigInteger.Pow(2, bits - 1), -1, 0, 10, -1_000_000_000_000_000_000, BigInteger.Pow(10, 36)];
        foreach (var value in values)
        {
            var fits = value >= -BigInteger.Pow(2, bits - 1) && value < BigInteger.Pow(2, bits - 1);
            Assert.Equal(fits ? value.ToString(CultureInfo.InvariantCulture) : "null", (await OneAsync($"evm_decode_type(x'{Word(value)}', '{type}')")).Value);
        }
    }

    [Fact]
    public async Task Whatever_the_data_nothing_is_thrown()
    {
        const string Signature = "g(uint256[][],string[])";
        var whole = Convert.FromHexString(Words(NestedLists));
        var parameters = AbiParser.Signature(Signature).Parameters;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] Mutated()
        {
            var data = whole[..random.Next(4, whole.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && data.Length > 4; changes--)
                data[random.Next(4, data.Length)] = (byte)random.Next(256);
            return data;
        }

        var fitting = Enumerable.Range(0, 20_000).Count(_ => AbiReading.Fits(parameters, Mutated().AsSpan(4)));
        Assert.True(fitting is > 100 and < 15_000, $"seed {seed}: {fitting} fit");

        // What fits is decoded, all of it, and nothing else.
        byte[][] some = [whole, .. Enumerable.Range(0, 300).Select(_ => Mutated()), .. Enumerable.Range(4, whole.Length - 4).Select(length => whole[..length])];
        using var engine = NoTables.Engine();
        using var batch = await FirstAsync(engine, $"select count(evm_decode_params(data, '{Signature}')) as n from (values {string.Join(", ", some.Select(d => $"(x'{Convert.ToHexString(d)}')"))}) v(data)");
        Assert.Equal(Number(some.Count(d => AbiReading.Fits(parameters, d.AsSpan(4)))), Shown(batch.Column(0), 0));
        for (var length = 0; length < 4; length++)
            Assert.Equal("null", (await OneAsync($"evm_decode_params(x'{Convert.ToHexString(whole[..length])}', '{Signature}')")).Value);
    }

    [Fact]
    public async Task Data_that_names_its_bytes_over_and_over_decodes_to_nothing()
    {
        // Each of 16 elements is the same list of 16, each of whose elements is the same list of 16: 4,096 numbers in 52 words.
        string[] list = [Word(16), .. Enumerable.Repeat(Word(16 * 32), 16)];
        string[] words = [Word(32), .. list, .. list, Word(16), .. Enumerable.Repeat(Word(7), 16)];
        Assert.Equal("null", (await OneAsync($"evm_decode_type(x'{string.Concat(words)}', 'uint256[][][]')")).Value);
        Assert.Equal("null", (await OneAsync($"evm_decode_type(x'{Word(32)}{Word(BigInteger.Pow(2, 31) - 1)}', 'bytes')")).Value);
        Assert.Equal("null", (await OneAsync($"evm_decode_type(x'{new string('f', 64)}{Word(1)}', 'bytes')")).Value);
    }

    [Theory]
    [InlineData("Transfer(address", "')' is needed at its end")]
    [InlineData("Transfer(uint7 a)", "'uint7' is no type")]
    [InlineData("Transfer(address a, uint256 A)", "two parameters are called")]
    [InlineData("(address a)", "a name is needed")]
    [InlineData("Transfer(address a) anonymous", "anonymous")]
    [InlineData("Transfer(uint[0] a)", "no length of an array")]
    [InlineData("Transfer(uint256[65536][65536][65536][65536][65536] a)", "is larger than")]
    [InlineData("Transfer(()[] a)", "at least one value")]
    [InlineData("Transfer(((((((((((uint a))))))))))", "nested more than")]
    [InlineData("Transfer()", "no parameters")]
    [InlineData("T(uint indexed a, uint indexed b, uint indexed c, uint indexed d)", "room for 3")]
    public async Task A_signature_that_cannot_be_read_is_told(string signature, string told)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => OneAsync($"evm_decode_log(null, null, null, ''::blob, '{signature}')"));
        Assert.Equal(ErrorCode.InvalidPlan, fault.Code);
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
        Assert.Contains(signature[..8], fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evm_topic(1 || '')", "must be written out")]
    [InlineData("evm_topic()", "takes arguments: evm_topic(signature)")]
    [InlineData("evm_decode_log(''::blob, 'T(uint a)')", "takes 5 arguments")]
    [InlineData("evm_topic__0000('x')", "not known, or not allowed")]
    [InlineData("evm_encode_hex('0xabc')", "'0xabc' is not an even number of hex digits")]
    [InlineData("evm_encode_hex('zz')", "'zz' is not")]
    [InlineData("shift_units('1,5', 2)", "'1,5' is no decimal number")]
    [InlineData("shift_units('1', 1001)", "1000 are the most")]
    [InlineData("shift_units(1.5::double, 1)", "cast it to VARCHAR or DECIMAL")]
    public async Task A_call_that_cannot_be_made_is_told(string call, string told) =>
        Assert.Contains(told, (await Assert.ThrowsAsync<AmpException>(() => OneAsync(call))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("evm_decode_hex(x'00ff')", "0x00ff")]
    [InlineData("evm_decode_hex(''::blob)", "0x")]
    [InlineData("evm_decode_hex(null)", "null")]
    [InlineData("evm_encode_hex('0x00Ff')", "00ff")]
    [InlineData("evm_encode_hex('00ff')", "00ff")]
    [InlineData("evm_encode_hex('')", "")]
    [InlineData("evm_encode_hex(evm_decode_hex(evm_encode_hex(repeat('ab', 500))))", null)]
    [InlineData("shift_units('1500000000000000000', -18)", "1.5")]
    [InlineData("shift_units('1.5', 18)", "1500000000000000000")]
    [InlineData("shift_units('115792089237316195423570985008687907853269984665640564039457584007913129639935', -18)", "115792089237316195423570985008687907853269984665640564039457.584007913129639935")]
    [InlineData("shift_units('-1', -3)", "-0.001")]
    [InlineData("shift_units('000.000', 2)", "0")]
    [InlineData("shift_units('-0', 2)", "0")]
    [InlineData("shift_units('10', -1)", "1")]
    [InlineData("shift_units('.5', 0)", "0.5")]
    [InlineData("shift_units(5, 2)", "500")]
    [InlineData("shift_units(-12.50::decimal(10,2), -1)", "-1.25")]
    [InlineData("shift_units(0.05::decimal(4,2), 0)", "0.05")]
    [InlineData("shift_units(18446744073709551615::ubigint, -6)", "18446744073709.551615")]
    [InlineData("shift_units(null, 2)", "null")]
    public async Task Texts_of_bytes_and_units(string call, string? expected) =>
        Assert.Equal(expected ?? string.Concat(Enumerable.Repeat("ab", 500)), (await OneAsync(call)).Value);

    [Fact]
    public async Task What_is_a_literal_when_it_is_checked_is_one_when_it_runs()
    {
        // The engine takes each of these spaces for a plain one before it counts: the name of a dollar quote would be taken for the call.
        const string Payload = "'x', (select count(*) from glob('/*'))";
        for (var spaces = 1; spaces <= 80; spaces++)
        {
            var sql = $"select{new string('\u00a0', spaces)}$evm_topic$ a $evm_topic$, evm_topic('A(uint256)'), $evm_topic__0000$ {Payload} $evm_topic__0000$ as z";
            using var engine = NoTables.Engine();
            using var batch = await FirstAsync(engine, sql);
            Assert.Equal($" {Payload} ", Shown(batch.Column(2), 0));
        }

        using var one = NoTables.Engine();
        using var honest = await FirstAsync(one, "select\u00a0/* evm_topic('B()') */ EVM_Topic /* here */ ('A()') as v, 'evm_topic(''C()'')' as t");
        Assert.Equal(Convert.ToHexStringLower(Keccak256.Hash("A()"u8)), Shown(honest.Column(0), 0));
        Assert.Contains("by its plain name", (await Assert.ThrowsAsync<AmpException>(() => OneAsync("\"evm_topic\"('A()')"))).Message, StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<AmpException>(() => OneAsync("evm_decode_type(1, 'uint256')"));
        Assert.Contains("evm_decode_type(", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("__0", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error(string)", "08c379a0", false)]
    [InlineData("Error(string)", "08c379a0", true)]
    [InlineData("error Insufficient(uint256 c1, uint256)", "", true)]
    public void Words_of_solidity_may_be_names(string signature, string hash, bool startsWith)
    {
        var read = AbiParser.Signature(signature);
        Assert.Equal(read.Parameters.Count, read.Parameters.Select(p => p.Name).Distinct().Count());
        if (startsWith)
            Assert.StartsWith(hash, Convert.ToHexStringLower(read.Hash()), StringComparison.Ordinal);
        else
            Assert.False(Convert.ToHexStringLower(read.Hash()).StartsWith(hash, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Thousands_of_calls_and_long_signatures_are_refused_at_once()
    {
        Assert.Contains("more than 1000 times", (await Assert.ThrowsAsync<AmpException>(() => OneAsync($"[{string.Join(", ", Enumerable.Repeat("evm_topic('A()')", 1001))}]"))).Message, StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<AmpException>(() => OneAsync($"evm_topic('A({new string('x', 100_000)})')"));
        Assert.InRange(fault.Message.Length, 1, 1000);
    }

    [Fact]
    public async Task Functions_of_many_rows_and_signatures_keep_apart()
    {
        using var engine = NoTables.Engine();
        for (var round = 0; round < 6; round++)
        {
            var names = Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"any_value(evm_topic('E{round * 60 + i}(uint256)')) as t{i}"));
            using var batch = await FirstAsync(engine, $"select count(distinct evm_decode_type(n, 'uint256')) as n, {string.Join(", ", names)} from (select evm_encode_hex(lpad(to_hex(i), 64, '0')) as n from range(10000) r(i))");
            Assert.Equal("10000", Shown(batch.Column(0), 0));
            Assert.Equal(61, batch.ColumnCount);
            Assert.Equal(60, Enumerable.Range(1, 60).Select(i => Shown(batch.Column(i), 0)).Distinct().Count());
        }

        using var unnamed = await FirstAsync(engine, "select evm_topic('E1(uint256)')");
        Assert.StartsWith("evm_topic(", unnamed.Schema.FieldsList[0].Name, StringComparison.Ordinal);
    }

    /// <summary>A selector and its words, without their zeros: those of numbers stand before, those of bytes (&gt;) behind.</summary>
    private static string Words(string input) => string.Concat(input.Split('|').Select((w, i) => i == 0 ? w : w.EndsWith('>') ? w[..^1].PadRight(64, '0') : w.PadLeft(64, '0')));

    /// <summary>A number as the 32 bytes that the ABI makes of it.</summary>
    private static string Word(BigInteger value) => (value < 0 ? value + BigInteger.Pow(2, 256) : value).ToString("x65", CultureInfo.InvariantCulture)[^64..];

    private static async Task<(string Value, IArrowType Type)> OneAsync(string expression)
    {
        using var engine = NoTables.Engine();
        using var batch = await FirstAsync(engine, $"select {expression} as v");
        return (Shown(batch.Column(0), 0), batch.Schema.FieldsList[0].DataType);
    }

    private static string Shown(IArrowArray array, int row) => ShownValue.Of(array, row);

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static async Task<RecordBatch> FirstAsync(QueryEngine engine, string sql)
    {
        await using var query = await engine.PlanAsync(sql, Ct);
        return await query.ExecuteAsync(Ct).FirstAsync(Ct);
    }
}
