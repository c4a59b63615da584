using System.Globalization;
using Amp.Query.Sql;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>SQL that was written for DataFusion, through the engine.</summary>
public sealed class QueriesOfOtherEngines(SharedEngine shared) : IClassFixture<SharedEngine>
{
    private const string Largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("x'7f'", "7f", typeof(BinaryType))]
    [InlineData("X'00Ff'", "00ff", typeof(BinaryType))]
    [InlineData("decode('7f', 'hex')", "7f", typeof(BinaryType))]
    [InlineData("decode('/w', 'base64')", "ff", typeof(BinaryType))]
    [InlineData("decode('/wA=', 'BASE64')", "ff00", typeof(BinaryType))]
    [InlineData("decode(null, 'hex')", "null", typeof(BinaryType))]
    [InlineData("decode(encode('ä'))", "ä", typeof(StringType))]
    [InlineData("encode(x'00ff', 'hex')", "00ff", typeof(StringType))]
    [InlineData("encode('ab', 'hex')", "6162", typeof(StringType))]
    [InlineData("encode(x'ff', 'base64')", "/w", typeof(StringType))]
    [InlineData("encode(decode('00ff', 'hex'), 'hex')", "00ff", typeof(StringType))]
    [InlineData("5 / 2", "2", typeof(Int64Type))]
    [InlineData("-7 % 3", "-1", typeof(Int64Type))]
    [InlineData("(select -a from (select 5::bigint as a))", "-5", typeof(Int64Type))]
    [InlineData("(select -a from (select 1.50::decimal(38,2) as a))", "-1.50", typeof(Decimal128Type))]
    [InlineData("(select -a from (select 0.5::double as a))", "-0.5", typeof(DoubleType))]
    [InlineData("(select cast(-a as varchar) from (select interval '1 day' as a))", "-1 day", typeof(StringType))]
    [InlineData("(select -cast(a as decimal(38,0)) from (select 18446744073709551615::ubigint as a))", "-18446744073709551615", typeof(Decimal128Type))]
    [InlineData("date '2020-01-03' - date '2020-01-01'", "2", typeof(Int64Type))]
    [InlineData("-null", "null", typeof(Int64Type))]
    [InlineData("5.0 / 2", "2.5", typeof(DoubleType))]
    [InlineData("5 / null", "null", null)]
    [InlineData("5 / nullif(0, 0)", "null", typeof(Int64Type))]
    [InlineData("list_transform([4, 6], x -> x / 2)", "[2, 3]", typeof(ListType))]
    [InlineData(Largest, Largest, typeof(StringType))]
    [InlineData("-" + Largest, "-" + Largest, typeof(StringType))]
    [InlineData("0000" + Largest, Largest, typeof(StringType))]
    [InlineData("shift_units(" + Largest + ", -78)", "0." + Largest, typeof(StringType))]
    [InlineData("99999999999999999999999999999999999999", "99999999999999999999999999999999999999", typeof(Decimal128Type))]
    [InlineData("cast(1 as bigint unsigned)", "1", typeof(UInt64Type))]
    [InlineData("try_cast('-1' as INT UNSIGNED)", "null", typeof(UInt32Type))]
    [InlineData("cast(255 as tinyint unsigned)", "255", typeof(UInt8Type))]
    [InlineData("arrow_cast(1, 'Utf8')", "1", typeof(StringType))]
    [InlineData("arrow_cast('5', 'UInt64') + 1", "6", null)]
    [InlineData("arrow_cast(5, 'Decimal128(38,0)')", "5", typeof(Decimal128Type))]
    [InlineData("arrow_cast('2020-01-01T00:00:00', 'Timestamp(Nanosecond, None)')", "2020-01-01T00:00:00.0000000+00:00", typeof(TimestampType))]
    [InlineData("arrow_cast('2020-01-01T00:00:00', 'Timestamp(Second, Some(\"+00:00\"))')", "2020-01-01T00:00:00.0000000+00:00", typeof(TimestampType))]
    [InlineData("arrow_try_cast('x', 'Int64')", "null", typeof(Int64Type))]
    [InlineData("arrow_cast(arrow_cast(x'61', 'Binary'), 'BinaryView')", "61", typeof(BinaryType))]
    [InlineData("arrow_typeof(1)", "Int64", typeof(StringType))]
    [InlineData("arrow_typeof(1::ubigint)", "UInt64", typeof(StringType))]
    [InlineData("arrow_typeof(1::decimal(38,0))", "Decimal128(38, 0)", typeof(StringType))]
    [InlineData("arrow_typeof(x'00')", "Binary", typeof(StringType))]
    [InlineData("arrow_typeof(now())", "Timestamp(Nanosecond, Some(\"+00:00\"))", typeof(StringType))]
    [InlineData("struct(1, 'a')", "{c0: 1, c1: a}", typeof(StructType))]
    [InlineData("struct(1, struct('a', 2)).c1.c0", "a", typeof(StringType))]
    [InlineData("null::struct(a struct(b int)[], c map(varchar, struct(d int))) is null", "True", typeof(BooleanType))]
    [InlineData("named_struct('a', 1, 'From', 'x', 'it''s \"it\"', 2)", "{a: 1, From: x, it's \"it\": 2}", typeof(StructType))]
    [InlineData("nvl(null, 'x')", "x", typeof(StringType))]
    [InlineData("nvl2(null, 'x', 'y')", "y", typeof(StringType))]
    [InlineData("btrim('  x ')", "x", typeof(StringType))]
    [InlineData("btrim('xxaxx', 'x')", "a", typeof(StringType))]
    [InlineData("date_bin(interval '15 minutes', timestamp '2020-01-01 00:17:00')", "2020-01-01T00:15:00.0000000+00:00", typeof(TimestampType))]
    [InlineData("date_bin('15 minutes', timestamp '2020-01-01 00:17:00', timestamp '2020-01-01 00:01:00')", "2020-01-01T00:16:00.0000000+00:00", typeof(TimestampType))]
    [InlineData("date_bin(interval '7 months', timestamp '1970-09-01')", "1970-08-01T00:00:00.0000000+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_seconds(1)", "1970-01-01T00:00:01.0000000+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_seconds(1.7)", "1970-01-01T00:00:01.0000000+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_seconds(1::ubigint)", "1970-01-01T00:00:01.0000000+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_millis(1)", "1970-01-01T00:00:00.0010000+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_micros(-1)", "1969-12-31T23:59:59.9999990+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_nanos(100)", "1970-01-01T00:00:00.0000001+00:00", typeof(TimestampType))]
    [InlineData("to_timestamp_nanos(null)", "null", typeof(TimestampType))]
    [InlineData("regexp_match('abc', 'b.')", "[bc]", typeof(ListType))]
    [InlineData("regexp_match('abc', '(b)(c)')", "[b, c]", typeof(ListType))]
    [InlineData("regexp_match('abc', 'z')", "null", typeof(ListType))]
    [InlineData("regexp_match('ABC', '(?:a)(?P<n>b)', 'i')", "[B]", typeof(ListType))]
    [InlineData("regexp_match('a(b', '\\(([b(])')", "[b]", typeof(ListType))]
    [InlineData("regexp_like('abc', 'B', 'i')", "True", typeof(BooleanType))]
    [InlineData("(select approx_percentile_cont(a, 0.5) from range(101) t(a))", "50", typeof(DoubleType))]
    [InlineData("(select approx_percentile_cont(a, 0.25, 200) from (values (0.5), (1.5)) t(a))", "0.5", typeof(DoubleType))]
    [InlineData("(select round(approx_percentile_cont(0.9) within group (order by a asc)) from range(101) t(a))", "90", typeof(DoubleType))]
    [InlineData("(select approx_percentile_cont(a, 0.5) filter (where a > 50) from range(101) t(a))", "75.5", typeof(DoubleType))]
    [InlineData("(select approx_median(a) from range(3) t(a))", "1", typeof(DoubleType))]
    [InlineData("(select approx_distinct(a % 3) filter (where a < 50) from range(100) t(a))", "3", typeof(Int64Type))]
    [InlineData("(select string_agg(coalesce(a, 'null'), ' ' order by n desc) from (values ('x', 1), (null, null), ('y', 2)) t(a, n))", "null y x", typeof(StringType))]
    [InlineData("(select string_agg(coalesce(a, 'null'), ' ' order by n) from (values ('x', 1), (null, null), ('y', 2)) t(a, n))", "x y null", typeof(StringType))]
    [InlineData("cast(to_timestamp(0) as varchar)", "1970-01-01 00:00:00+00", typeof(StringType))]
    public async Task What_they_mean_is_what_they_get(string expression, string expected, Type? type)
    {
        var (value, found) = await OneAsync($"select {expression} as v");
        Assert.Equal(expected, type == typeof(DoubleType) ? Rounded(value) : value);
        if (type is not null)
            Assert.IsType(type, found);
    }

    [Theory]
    [InlineData("select 1 / 0", "Division by zero: write x / nullif(y, 0)")]
    [InlineData("select 1 % 0", "Division by zero")]
    [InlineData("select mod(a, b) from (values (1, 0)) t(a, b)", "Division by zero")]
    [InlineData("select sum(a / b) from (values (1, 1), (1, 0)) t(a, b)", "Division by zero")]
    [InlineData("select 1 as n from \"ns/d\".t where b > 0", "0 is a number, and what it is compared with is a text (\"b\"): write '0'")]
    [InlineData("select 1 as n from \"ns/d\".t where -5 = b", "-5 is a number")]
    [InlineData("select 1 as n from \"ns/d\".t where b in ('1', 5000000000)", "5000000000 is a number")]
    [InlineData("select 1 as n from \"ns/d\".t x where x.b between 0 and 5", "lpad(x, 78, '0')")]
    [InlineData("select -a from (select 5::ubigint as a)", "write -CAST(x AS DECIMAL(38,0))")]
    [InlineData("select sum(-a) from (select 5::utinyint as a)", "write -CAST(x AS DECIMAL(38,0))")]
    [InlineData("select a from (values (1::uinteger), (2)) t(a) order by -a", "write -CAST(x AS DECIMAL(38,0))")]
    [InlineData("select 1 as n from (select 5::usmallint as a) where abs(-a) = 5", "write -CAST(x AS DECIMAL(38,0))")]
    [InlineData("select b from \"ns/d\".t where a = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2'", "write x'")]
    [InlineData("select b from \"ns/d\".t where '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2' <> t.a", "write x'")]
    [InlineData("select b from \"ns/d\".t where a not in (x'c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2', '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2')", "write x'")]
    [InlineData("select b from \"ns/d\".t where a in ('c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2')", "write x'")]
    [InlineData("select a is distinct from '0Xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2' as d from \"ns/d\".t", "write x'")]
    [InlineData("select b from \"ns/d\".t where a between '0x00' and x'ff'", "write x'")]
    [InlineData("select count(*) filter (where a = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2') from \"ns/d\".t", "write x'")]
    [InlineData("with c as (select a as p from \"ns/d\".t) select 1 as n from range(3) where exists (select 1 from c join \"ns/d\".t x on x.a = c.p and c.p >= '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2')", "write x'")]
    [InlineData("select b from \"ns/d\".t group by b having max(a) = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2'", "write x'")]
    [InlineData("select case a when '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2' then 1 end as n from \"ns/d\".t", "write x'")]
    [InlineData("select 1 as n from (select evm_decode(null, null, null, null, 'Transfer(address from, address to)') as t) where t.to = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2'", "write x'")]
    [InlineData("select decode('7', 'hex')", "'7' is not an even number of hex digits")]
    [InlineData("select decode('7f', 'utf8')", "decode reads hex and base64, not utf8")]
    [InlineData("select encode('7f', 'escape')", "encode writes hex and base64, not escape")]
    [InlineData("select x'7'", "x'7' at position 7 is not a run of bytes")]
    [InlineData("select x'", "unterminated hexadecimal string literal")]
    [InlineData("select 1 where 'a' = x'7f0", "unterminated hexadecimal string literal")]
    [InlineData("select count(*) from \"ns/d\".t x(p, q, r, s, u, v)", "4 columns available but 6 columns specified")]
    [InlineData("select interval '10 days' / 2", "'//(INTERVAL, INTEGER")]
    [InlineData("select greatest(b, " + Largest + ") from \"ns/d\".t", "cannot be ordered or counted with")]
    [InlineData("select least(1, (-" + Largest + ")) as a", "cannot be ordered or counted with")]
    [InlineData("select max(case when b = '1' then b else " + Largest + " end) from \"ns/d\".t", "cannot be ordered or counted with")]
    [InlineData("select /* x'7' */ 1::int unsigned", "::int unsigned at position 21 may be a type or a type and an alias: write ::UINTEGER, or AS unsigned")]
    [InlineData("select arrow_cast(1, 'Decimal256(76, 0)')", "'Decimal256(76, 0)' is no type that values can be cast to here")]
    [InlineData("select arrow_cast(1, b) from \"ns/d\".t", "written out: arrow_cast(x, 'UInt64') (position 7)")]
    [InlineData("select named_struct('a', 1, 'b')", "named_struct takes names and values in turn")]
    [InlineData("select named_struct(b, 1) from \"ns/d\".t", "must be written out")]
    [InlineData("select approx_percentile_cont(0.9) within group (order by a desc) from range(9) t(a)", "ask for 1 - p")]
    [InlineData("select approx_percentile_cont(distinct a, 0.9) from range(9) t(a)", "knows no DISTINCT")]
    [InlineData("select 1 where b > " + Largest, "at position 19 has more than 38 digits")]
    [InlineData("select 1 where b <= ((" + Largest + "))", "cannot be ordered or counted with")]
    [InlineData("select 1 where " + Largest + " > b", "cannot be ordered or counted with")]
    [InlineData("select 1 where b between 1 and " + Largest, "cannot be ordered or counted with")]
    [InlineData("select 1 where b between " + Largest + " and 2", "cannot be ordered or counted with")]
    [InlineData("select " + Largest + " + 1", "cannot be ordered or counted with")]
    [InlineData("select 1 - -" + Largest, "cannot be ordered or counted with")]
    [InlineData("select \"B\" from \"ns/d\".t", "Column \"B\" is not known: names in quotes keep their case, and there is \"b\"")]
    [InlineData("select t.\"mixed\" from \"ns/d\".t", "there is \"Mixed\"")]
    [InlineData("select x.\"From\" from (select 1 as from) x", "there is \"from\"")]
    [InlineData("select t.\"To\" from (select evm_decode(null, null, null, null, 'Transfer(address from, address to)') as t)", "there is \"to\"")]
    [InlineData("select from, b from \"ns/d\".t where", "(position 11) If from or to is a column there, write it in quotes: \"from\", \"to\".")]
    [InlineData("select 1 as a, 2 as a", "Two columns of the answer are called \"a\"")]
    [InlineData("select 1 as \"_a\"", "begins with an underscore")]
    public async Task What_cannot_be_meant_is_refused_with_a_reason(string sql, string told) =>
        Assert.Contains(told, (await Assert.ThrowsAsync<AmpException>(() => OneAsync(sql))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("b = '0xab'")]
    [InlineData("b = '0' and cast(b as decimal(38,0)) > 5 and lpad(b, 78, '0') > lpad('5', 78, '0') and length(b) > 0")]
    [InlineData("a = x'ab'")]
    [InlineData("a = 'abcd'")]
    [InlineData("a = '\\xAB'")]
    [InlineData("a = evm_encode_hex('0xab')")]
    [InlineData("evm_decode_hex(a) = '0xab'")]
    public async Task Text_beside_text_and_bytes_beside_bytes_are_compared(string condition) => Assert.Equal("0", (await OneAsync($"select count(b) from \"ns/d\".t where {condition}")).Value);

    [Fact]
    public async Task A_number_of_256_bits_is_compared_digit_by_digit()
    {
        var neighbour = Largest[..^1] + "4";
        Assert.Equal("1", (await OneAsync($"select count(*) from (values ('{Largest}'), ('{neighbour}'), (null), ('5')) t(v) where v = {Largest}")).Value);
        Assert.Equal("2", (await OneAsync($"select count(*) from (values ('{Largest}'), ('{neighbour}'), (null)) t(v) where v in ({neighbour}, {Largest}) and {Largest} <> 'x'")).Value);
        Assert.Equal("1", (await OneAsync($"select count(*) from (values ('{Largest}'), ('{neighbour}'), ('5')) t(v) where v <> {Largest} and v <> '5'")).Value);
    }

    [Fact]
    public async Task A_condition_shields_a_division()
    {
        Assert.Equal("2", (await OneAsync("select a from range(3) t(a) where a <> 0 and 6 / a = 3")).Value);
        Assert.Equal("3", (await OneAsync("select sum(case when a = 0 then 0 else 6 / a end)::bigint - 6 from range(3) t(a)")).Value);
        Assert.Equal("2", (await OneAsync("select count(*) from (values (4, 2), (5, 2), (6, 2)) t(a, b) group by a / b having a / b = 2")).Value);
    }

    [Theory]
    [InlineData("select `From` from (select 1 as \"From\")", "From")]
    [InlineData("select 1 as `a``b \"c\"`", "a`b \"c\"")]
    [InlineData("select * except (a, `b`) from (select 1 as a, 2 as b, 3 as c)", "c")]
    [InlineData("select t.* except (\"a\") from (select 1 as a, 2 as b) t", "b")]
    [InlineData("select * from (select 1 as a) except (select 2 as a)", "a")]
    [InlineData("select * except (select 2 as a) from (select 1 as a)", null)]
    [InlineData("select b as \"unsigned\" from \"ns/d\".t", "unsigned")]
    [InlineData("select unsigned from (select 1 as unsigned)", "unsigned")]
    [InlineData("with struct(a) as (select 1) select a from struct", "a")]
    [InlineData("with x as (select 1 as a), approx_distinct(b) as (select 2) select b from approx_distinct", "b")]
    [InlineData("select Mixed as Other from \"ns/d\".t order by \"other\"", "Other")]
    [InlineData("select {'Key': 1}.\"Key\" as k", "k")]
    [InlineData("select \"b\", \"Mixed\" from \"ns/d\".t", "b")]
    [InlineData("select from, to from (select 1 as from, 2 as to)", "from")]
    public async Task The_names_of_the_answer(string sql, string? name)
    {
        if (name is null)
        {
            await Assert.ThrowsAsync<AmpException>(() => OneAsync(sql));
            return;
        }

        await using var query = await shared.Engine.PlanAsync(sql, Ct);
        Assert.Equal(name, query.Schema.FieldsList[0].Name);
    }

    [Theory]
    [InlineData("select 1, a, min(a) as b, max(a) as c from \"ns/d\".t group by a", 20, "1", "a", "b", "c")]
    [InlineData("select x.a as p, nullif(x.a, x.a) as q, nvl(x.a, y.a) as r from \"ns/d\".t x left join \"ns/d\".t y using (b) union all select a, a, a from \"ns/d\".t", 20, "p", "q", "r")]
    [InlineData("with c as (select a from \"ns/d\".t) select a, first(a order by a) as f from (select * from c) group by a", 20, "a", "f")]
    public async Task Bytes_of_fixed_length_stay_so(string sql, int width, params string[] names)
    {
        await using var query = await shared.Engine.PlanAsync(sql, Ct);
        Assert.Equal(names, query.Schema.FieldsList.Select(f => f.Name));
        Assert.All(query.Schema.FieldsList.Where(f => f.Name != "1"), f => Assert.Equal(width, Assert.IsType<FixedSizeBinaryType>(f.DataType).ByteWidth));
    }

    [Theory]
    [InlineData("select array_agg(a) as v from \"ns/d\".t", "list(bytes(20))")]
    [InlineData("select sum(_block_num) as v from \"ns/d\".t", "uint64")]
    [InlineData("select sum(v) as v from (values (1), (2)) t(v)", "int64")]
    [InlineData("select v from (values (1, 'a'), (null, 'b')) t(v, w)", "int64")]
    [InlineData("values (1), (2)", "int64")]
    [InlineData("select 1", "int64")]
    [InlineData("select timestamp '2020-01-01' as v", "timestamp(Nanosecond,)")]
    [InlineData("select now() as v", "timestamp(Nanosecond,+00:00)")]
    public async Task Types_of_the_answer(string sql, string type)
    {
        await using var query = await shared.Engine.PlanAsync(sql, Ct);
        Assert.Equal(type, TypeText.Of(query.Schema.FieldsList[0].DataType));
    }

    [Fact]
    public async Task Calls_that_stand_for_others_multiply_only_so_far()
    {
        var nested = string.Concat(Enumerable.Repeat("b / (", 40)) + "b" + new string(')', 40);
        var fault = await Assert.ThrowsAsync<AmpException>(() => OneAsync($"select {nested} as v from (select 1 as b)"));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains("at most 5000 are allowed", fault.Message, StringComparison.Ordinal);
        Assert.Contains("at most 131072", (await Assert.ThrowsAsync<AmpException>(() => OneAsync("select regexp_match(repeat(b, 500), '(x)') as v from \"ns/d\".t"))).Message, StringComparison.Ordinal);
        Assert.Contains("nested too deeply", (await Assert.ThrowsAsync<AmpException>(() => OneAsync($"select {string.Concat(Enumerable.Repeat("struct(", 3000))}1{new string(')', 3000)} as v"))).Message, StringComparison.Ordinal);
        Assert.Equal("1", (await OneAsync($"select {string.Concat(Enumerable.Repeat("1 / ", 100))}1 as v")).Value);
        Assert.Equal("-99", (await OneAsync($"select 1{string.Concat(Enumerable.Repeat(" - 1", 100))} as v")).Value);
    }

    [Fact]
    public async Task A_long_list_of_long_numbers_is_read_and_what_is_around_it_is_seen()
    {
        var list = string.Join(", ", Enumerable.Range(0, 20_000).Select(i => Largest[..^5] + (10_000 + i)));
        Assert.Equal("0", (await OneAsync($"select count(*) from \"ns/d\".t where b in ({list})")).Value);
        Assert.Contains("cannot be ordered or counted with", (await Assert.ThrowsAsync<AmpException>(() => OneAsync($"select greatest(coalesce(b, ({list})))"))).Message, StringComparison.Ordinal);
    }

    // An estimate of the engine may change in its last digits.
    private static string Rounded(string value) => Math.Round(double.Parse(value, CultureInfo.InvariantCulture), 1).ToString(CultureInfo.InvariantCulture);

    private async Task<(string Value, IArrowType Type)> OneAsync(string sql)
    {
        await using var query = await shared.Engine.PlanAsync(sql, Ct);
        using var batch = await query.ExecuteAsync(Ct).FirstAsync(Ct);
        return (ShownValue.Of(batch.Column(0), 0), batch.Schema.FieldsList[0].DataType);
    }
}
